"""Office's files with a given table in them."""

from __future__ import annotations

import io

from docx import Document
from openpyxl import Workbook

from data.tables import PlanDraft


def rows_of(draft: PlanDraft) -> list[list[str]]:
    """The table of a plan, its header first."""
    head = ["序号", "项目名称", "主要内容", "区分管领导", "牵头单位", "配合单位", "完成时限"]
    return [head] + [
        [row.id, row.project or "", row.content, "、".join(row.leaders), row.lead_unit or "",
         "、".join(row.supporting_units), row.deadline or ""]
        for row in draft.assignments
    ]  # fmt: skip


def as_xlsx(title: str, rows: list[list[str]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in ([title], *rows):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def as_docx(title: str, rows: list[list[str]]) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph(title)
    table = document.add_table(len(rows), len(rows[0]))
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    document.save(out)
    return out.getvalue()
