"""Alerts: events, states, deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_chain",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        comment="Where the one chain of all alerts ends; its row is the lock on it.",
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("open", sa.SmallInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="Where the events of an alert have led.",
    )
    op.create_index("alert_source", "alert", ["source", "id"])
    op.create_index("alert_open", "alert", ["open", "id"])
    op.create_table(
        "alert_event",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id"), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        comment="What was done about alerts: the text, and the signed entry that binds it.",
    )
    op.create_index("alert_event_alert", "alert_event", ["alert_id", "seq"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("channel", sa.LargeBinary, nullable=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("until", sa.Float),
        comment="What leaves for one channel: the bytes, and whether they have arrived.",
    )
    op.create_index("delivery_due", "delivery", ["state", "due"])
    op.create_index("delivery_alert", "delivery", ["alert_id"])
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery_id", sa.Integer, sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("outcome", sa.LargeBinary, nullable=False),
        comment="Each try to deliver, and how it went.",
    )


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
