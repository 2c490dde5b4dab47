"""How often the worker died while an item came first among those it had."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("blamed", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
