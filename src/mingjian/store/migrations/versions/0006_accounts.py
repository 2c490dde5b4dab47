"""Accounts of the desk, sessions, and the record of who came in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("roles", sa.String(80), nullable=False),
        sa.Column("password", sa.String(255)),
        sa.Column("disabled", sa.SmallInteger, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("link", sa.String(64), unique=True),
        sa.Column("link_until", sa.Float),
        comment="Persons who may sign in to the desk; `link` is the hash of a one-time link.",
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.LargeBinary, nullable=False),
        sa.Column("said", sa.LargeBinary),
        comment="Browsers signed in; the id is the hash of what the cookie holds.",
    )
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("actor", sa.LargeBinary),
        comment="Who came in, was refused or changed an account; `subject` hashes a typed name.",
    )
    op.create_index("account_event_subject", "account_event", ["subject", "at"])
    op.create_index("account_event_address", "account_event", ["address", "at"])


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
