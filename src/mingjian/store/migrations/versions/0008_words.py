"""Items are found by words in their path and by what was not examined, cases by what was begun."""

import sqlalchemy as sa
from alembic import op

from mingjian.store import words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_state_aspect", "case_state", ["aspect", "case_id"])
    gaps = sa.text("gaps > 0")
    place = ["run_id", "ordinal"]
    for name, columns in (
        ("case_item_gaps", ["case_id", "held", "weighs", *place]),
        ("case_item_gaps_of_all", place),
    ):
        op.create_index(name, "case_item", columns, sqlite_where=gaps, postgresql_where=gaps)
    op.create_index("case_item_by_kind", "case_item", ["kind", *place])
    words.make(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
