"""Filters of lists that persons keep under a name."""

import sqlalchemy as sa
from alembic import op

from mingjian.store.tables import AnyText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("page", sa.String(24), nullable=False),
        sa.Column("name", AnyText, nullable=False),
        sa.Column("query", AnyText, nullable=False),
        sa.UniqueConstraint("account_id", "page", "name", name="saved_view_name"),
        comment="Filters that a person keeps under a name; `query` is JSON, nothing else reads it.",
    )
