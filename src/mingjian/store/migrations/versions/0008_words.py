"""Items are found by words in their path, cases by what was begun in them."""

from alembic import op

from mingjian.store import words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_state_aspect", "case_state", ["aspect", "case_id"])
    words.make(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
