"""Watching: sources, how far each was read, items seen, and what was put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _source_id() -> sa.Column[int]:
    return sa.Column("source_id", sa.Integer, sa.ForeignKey("watch_source.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "watch_source",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("watch", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("position", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("listed", sa.BigInteger, nullable=False),
        sa.Column("looked", sa.Float),
        sa.Column("problem", sa.LargeBinary),
        sa.UniqueConstraint("watch", "name", name="watch_source_name"),
        comment="A watched source and how far it was read; the revision tells who read it last.",
    )
    op.create_table(
        "watch_item",
        _source_id(),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("locator", sa.LargeBinary, nullable=False),
        sa.Column("listed", sa.Float, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("event", sa.Float),
        sa.Column("sha256", sa.String(64)),
        sa.Column("note", sa.LargeBinary),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id")),
        sa.Column("ordinal", sa.BigInteger),
        sa.UniqueConstraint("source_id", "key", name="watch_item_key"),
        comment="What a source held, once each: where it lies there and what became of it.",
    )
    op.create_index("watch_item_state", "watch_item", ["source_id", "state", "number"])
    op.create_index("watch_item_sha256", "watch_item", ["source_id", "sha256"])
    op.create_table(
        "watch_hour",
        _source_id(),
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("looks", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("examined", sa.BigInteger, nullable=False),
        sa.Column("flagged", sa.BigInteger, nullable=False),
        sa.Column("dead", sa.BigInteger, nullable=False),
        sa.Column("shed", sa.BigInteger, nullable=False),
        comment="What happened at a source in each hour since 1970, looks that failed included.",
    )
    op.create_table(
        "watch_count",
        _source_id(),
        sa.Column("aspect", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(64), primary_key=True),
        sa.Column("region", sa.String(6), primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("service", sa.String(64), primary_key=True),
        sa.Column("event_hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("received_hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        comment="How many items were found with what, where, and when they happened and came in.",
    )
    op.create_table(
        "watch_batch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("watch", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="Counts that somebody is still to be told of; the row goes when they were.",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
