"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("opened", sa.String(32), nullable=False),
        sa.Column("head_seq", sa.BigInteger, nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        comment="One matter; its row is the head of its custody chain and the lock on it.",
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("roots", sa.LargeBinary, nullable=False),
        sa.Column("settings_digest", sa.String(64), nullable=False),
        sa.Column("versions", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("item_count", sa.BigInteger, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
        comment="One examination of a list of items under one set of settings.",
    )
    op.create_index("run_unfinished", "run", ["case_id", "state"])
    op.create_table(
        "item",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("declared", sa.String(16)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mtime", sa.Float, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("until", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("skip", sa.LargeBinary, nullable=False),
        comment="Something to examine; who leased it and until when.",
    )
    op.create_index("item_to_do", "item", ["run_id", "state", "ordinal"])
    op.create_table(
        "evidence",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("sm3", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("format", sa.LargeBinary, nullable=False),
        sa.Column("vaulted", sa.SmallInteger, nullable=False),
        comment="Bytes taken in, once however often they turn up.",
    )
    op.create_table(
        "record",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.Column("parent", sa.String(64)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="What examining found: canonical record JSON, zlib; 0 is the item, then its parts.",
    )
    op.create_index("record_by_sha256", "record", ["sha256"])
    op.create_table(
        "custody_key",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("public", sa.LargeBinary, nullable=False),
        comment="Public keys that have signed entries here.",
    )
    op.create_table(
        "custody_entry",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("hash", name="custody_entry_hash"),
        comment="The canonical line of each entry; the other columns only find it.",
    )
    op.create_index("custody_entry_subject", "custody_entry", ["subject"])


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
