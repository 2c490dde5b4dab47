"""What lists are read from, filled from the records and states there are."""

import sqlalchemy as sa
from alembic import op

from mingjian.store.listing import fill

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _case_id() -> sa.Column[int]:
    return sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True)


def upgrade() -> None:
    _tables_of_items()
    _tables_of_cases()
    milestone = sa.text("action not in ('taken_in', 'examined', 'refused')")
    op.create_index(
        "custody_entry_milestone",
        "custody_entry",
        ["case_id", "seq"],
        sqlite_where=milestone,
        postgresql_where=milestone,
    )
    # A later revision that changes these tables drops them, makes them and fills them anew:
    # then this step must go, since `fill` writes the tables as they are at the end.
    fill(op.get_bind())


def _tables_of_items() -> None:
    op.create_table(
        "item_line",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="What a list shows of an examined item: JSON of an ItemLine, zlib.",
    )
    op.create_table(
        "case_item",
        _case_id(),
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("home_id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("held", sa.SmallInteger, nullable=False),
        sa.Column("weighs", sa.Float, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("gaps", sa.Integer, nullable=False),
        sa.Column("missed", sa.SmallInteger, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        comment="Which items a case holds, each evidence once: its own (`home_id` is the case), "
        "those received and those of merged cases. Not `held`: given to another case.",
    )
    held = ["case_id", "held"]
    place = ["run_id", "ordinal"]
    op.create_index("case_item_by_weight", "case_item", [*held, "weighs", *place])
    op.create_index("case_item_by_time", "case_item", [*held, *place])
    op.create_index("case_item_by_path", "case_item", [*held, "path", *place])
    op.create_index("case_item_by_state", "case_item", ["state", *place])
    op.create_index("case_item_of_all", "case_item", place)
    op.create_index("case_item_key", "case_item", ["key", "run_id"])
    op.create_table(
        "item_count",
        _case_id(),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("state", sa.String(8), primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("gaps", sa.BigInteger, nullable=False),
        comment="How many items a case holds of each kind and state.",
    )


def _tables_of_cases() -> None:
    op.create_table(
        "case_line",
        _case_id(),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("grade", sa.SmallInteger, nullable=False),
        sa.Column("exercise", sa.SmallInteger, nullable=False),
        sa.Column("parent", sa.LargeBinary),
        sa.Column("keep_until", sa.String(10)),
        sa.Column("clock", sa.String(32)),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("flagged", sa.BigInteger, nullable=False),
        sa.Column("moved", sa.SmallInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        comment="What cases are found and ordered by. `moved`: merging or splitting touched it; "
        "`version` grows whenever what it holds changes.",
    )
    for name in ("changed", "flagged", "grade"):
        op.create_index(f"case_line_{name}", "case_line", [name, "case_id"])
    op.create_index("case_line_clock", "case_line", ["clock"])
    op.create_index("case_line_parent", "case_line", ["parent"])
    op.create_table(
        "case_person",
        _case_id(),
        sa.Column("person", sa.Text, primary_key=True),
        comment="Who is in charge of a case; the name as names are compared.",
    )
    op.create_index("case_person_cases", "case_person", ["person", "case_id"])


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
