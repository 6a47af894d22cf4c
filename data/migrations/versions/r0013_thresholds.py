"""A plan's own thresholds of yellow and red lamps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for colour in ("yellow", "red"):
        op.add_column("plan", sa.Column(colour, sa.Float(), nullable=True))
