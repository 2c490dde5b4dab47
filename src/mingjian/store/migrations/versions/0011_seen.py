"""What the records of a case show, kept so that a large case is read once, not once a process."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_seen",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="What the records of a case show, at a `version` of its line; made anew from them.",
    )
