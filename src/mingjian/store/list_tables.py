"""What lists are read from: one narrow row an item and a case, ordered by indexes.

All of it is made from records and states and written together with them; `listing.fill` makes
it anew. Nothing here is bound into custody.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from mingjian.store.tables import AnyText, custody_entry, metadata

MILESTONE = text("action not in ('taken_in', 'examined', 'refused')")
"""Entries that are not about one piece of evidence: few among very many that are."""
Index(
    "custody_entry_milestone",
    custody_entry.c.case_id,
    custody_entry.c.seq,
    sqlite_where=MILESTONE,
    postgresql_where=MILESTONE,
)

item_line = Table(
    "item_line",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    comment="What a list shows of an examined item: JSON of an ItemLine, zlib.",
)

case_item = Table(
    "case_item",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("key", AnyText, primary_key=True),
    Column("home_id", Integer, nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("held", SmallInteger, nullable=False),
    Column("weighs", Float, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(8), nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("missed", SmallInteger, nullable=False),
    Column("flags", Text, nullable=False),
    Column("path", AnyText, nullable=False),
    Column("words", Text, nullable=False),
    comment="Which items a case holds, each evidence once: its own (`home_id` is the case), "
    "those received and those of merged cases. Not `held`: given to another case.",
)
Index(
    "case_item_by_weight",
    case_item.c.case_id,
    case_item.c.held,
    case_item.c.weighs,
    case_item.c.run_id,
    case_item.c.ordinal,
)
Index(
    "case_item_by_time",
    case_item.c.case_id,
    case_item.c.held,
    case_item.c.run_id,
    case_item.c.ordinal,
)
Index(
    "case_item_by_path",
    case_item.c.case_id,
    case_item.c.held,
    case_item.c.path,
    case_item.c.run_id,
    case_item.c.ordinal,
)
Index("case_item_by_state", case_item.c.state, case_item.c.run_id, case_item.c.ordinal)
Index("case_item_by_kind", case_item.c.kind, case_item.c.run_id, case_item.c.ordinal)
Index("case_item_of_all", case_item.c.run_id, case_item.c.ordinal)
GAPS = text("gaps > 0")
"""Few items have any: those of which something was not examined are found among these alone."""
Index(
    "case_item_gaps",
    case_item.c.case_id,
    case_item.c.held,
    case_item.c.weighs,
    case_item.c.run_id,
    case_item.c.ordinal,
    sqlite_where=GAPS,
    postgresql_where=GAPS,
)
Index(
    "case_item_gaps_of_all",
    case_item.c.run_id,
    case_item.c.ordinal,
    sqlite_where=GAPS,
    postgresql_where=GAPS,
)
Index("case_item_key", case_item.c.key, case_item.c.run_id)

item_count = Table(
    "item_count",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("state", String(8), primary_key=True),
    Column("total", BigInteger, nullable=False),
    Column("gaps", BigInteger, nullable=False),
    comment="How many items a case holds of each kind and state.",
)

case_line = Table(
    "case_line",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("words", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("grade", SmallInteger, nullable=False),
    Column("exercise", SmallInteger, nullable=False),
    Column("parent", AnyText),
    Column("keep_until", String(10)),
    Column("clock", String(32)),
    Column("changed", String(32), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("flagged", BigInteger, nullable=False),
    Column("moved", SmallInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    comment="What cases are found and ordered by. `moved`: merging or splitting touched it; "
    "`version` grows whenever what it holds changes.",
)
Index("case_line_changed", case_line.c.changed, case_line.c.case_id)
Index("case_line_flagged", case_line.c.flagged, case_line.c.case_id)
Index("case_line_grade", case_line.c.grade, case_line.c.case_id)
Index("case_line_clock", case_line.c.clock)
Index("case_line_parent", case_line.c.parent)

case_person = Table(
    "case_person",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    comment="Who is in charge of a case; the name as names are compared.",
)
Index("case_person_cases", case_person.c.person, case_person.c.case_id)
