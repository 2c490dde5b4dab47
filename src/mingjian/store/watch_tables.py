"""The tables of watching: how far each source was read, what became of each item, counts."""

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
    UniqueConstraint,
)

from mingjian.store.tables import AnyText, metadata

watch_source = Table(
    "watch_source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("position", LargeBinary, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("listed", BigInteger, nullable=False),
    Column("looked", Float),
    Column("problem", LargeBinary),
    UniqueConstraint("watch", "name", name="watch_source_name"),
    comment="A watched source and how far it was read; the revision tells who read it last.",
)

watch_item = Table(
    "watch_item",
    metadata,
    Column("source_id", ForeignKey("watch_source.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", AnyText, nullable=False),
    Column("locator", LargeBinary, nullable=False),
    Column("listed", Float, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Column("ended", Float),
    Column("event", Float),
    Column("sha256", String(64)),
    Column("note", LargeBinary),
    Column("run_id", ForeignKey("run.id")),
    Column("ordinal", BigInteger),
    UniqueConstraint("source_id", "key", name="watch_item_key"),
    comment="What a source held, once each: where it lies there and what became of it.",
)
Index("watch_item_state", watch_item.c.source_id, watch_item.c.state, watch_item.c.number)
Index("watch_item_sha256", watch_item.c.source_id, watch_item.c.sha256)

watch_hour = Table(
    "watch_hour",
    metadata,
    Column("source_id", ForeignKey("watch_source.id"), primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("looks", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("examined", BigInteger, nullable=False),
    Column("flagged", BigInteger, nullable=False),
    Column("dead", BigInteger, nullable=False),
    Column("shed", BigInteger, nullable=False),
    comment="What happened at a source in each hour since 1970, looks that failed included.",
)

watch_count = Table(
    "watch_count",
    metadata,
    Column("source_id", ForeignKey("watch_source.id"), primary_key=True),
    Column("aspect", String(20), primary_key=True),
    Column("value", String(64), primary_key=True),
    Column("region", String(6), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("event_hour", BigInteger, primary_key=True, autoincrement=False),
    Column("received_hour", BigInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    comment="How many items were found with what, where, and when they happened and came in.",
)

watch_batch = Table(
    "watch_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="Counts that somebody is still to be told of; the row goes when they were.",
    sqlite_autoincrement=True,
)

watch_print = Table(
    "watch_print",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("watch_source.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("received", Float, nullable=False),
    Column("flagged", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="What campaigns are found by: hashes of an item's text, sound, pictures and links.",
    sqlite_autoincrement=True,
)
Index("watch_print_source", watch_print.c.source_id, watch_print.c.id)

WAITING, EXAMINED, DEAD, SHED, REPEATED = range(5)
"""States of a watched item. Repeated: the same content at the same place, examined before."""
