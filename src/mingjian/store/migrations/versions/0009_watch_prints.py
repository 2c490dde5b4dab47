"""What campaigns among watched items are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_print",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("watch_source.id"), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("flagged", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="What campaigns are found by: hashes of an item's text, sound, pictures and links.",
        sqlite_autoincrement=True,
    )
    op.create_index("watch_print_source", "watch_print", ["source_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
