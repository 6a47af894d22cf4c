"""An office's table, in any file it comes in, as a plan: pure, without a database."""

from data.tables.document import plan_json
from data.tables.draft import AssignmentDraft, PlanDraft, TargetDraft
from data.tables.files import read_table, read_text

__all__ = ["AssignmentDraft", "PlanDraft", "TargetDraft", "plan_json", "read_table", "read_text"]
