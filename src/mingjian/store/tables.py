"""The tables. A detector never needs a new one: what it finds lies inside the record.

Text that comes out of evidence (paths, names) may hold NUL or lone surrogates, which
databases refuse in text columns; such columns hold its bytes (`AnyText`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    bindparam,
    select,
)


class AnyText(TypeDecorator[str]):
    """Any Python string, kept as UTF-8 bytes with surrogates passed through."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


metadata = MetaData()

case = Table(
    "case_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", AnyText, nullable=False, unique=True),
    Column("opened", String(32), nullable=False),
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", String(64), nullable=False),
    comment="One matter; its row is the head of its custody chain and the lock on it.",
)
ID_OF = select(case.c.id).where(case.c.name == bindparam("name"))
"""The id of a case by its name."""

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.id"), nullable=False),
    Column("roots", AnyText, nullable=False),
    Column("settings_digest", String(64), nullable=False),
    Column("versions", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),
    Column("item_count", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("started", String(32), nullable=False),
    Column("ended", String(32)),
    comment="One examination of a list of items under one set of settings.",
)
Index("run_unfinished", run.c.case_id, run.c.state)

item = Table(
    "item",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    Column("path", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("declared", String(16)),
    Column("size", BigInteger, nullable=False),
    Column("mtime", Float, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("owner", String(64)),
    Column("until", Float),
    Column("attempts", Integer, nullable=False),
    Column("skip", LargeBinary, nullable=False),
    Column("blamed", Integer, nullable=False, server_default="0"),
    comment="Something to examine; who leased it and until when.",
)
Index("item_to_do", item.c.run_id, item.c.state, item.c.ordinal)

evidence = Table(
    "evidence",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("sm3", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("format", AnyText, nullable=False),
    Column("vaulted", SmallInteger, nullable=False),
    comment="Bytes taken in, once however often they turn up.",
)

record = Table(
    "record",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64)),
    Column("path", AnyText, nullable=False),
    Column("parent", String(64)),
    Column("body", LargeBinary, nullable=False),
    comment="What examining found: canonical record JSON, zlib; 0 is the item, then its parts.",
)
Index("record_by_sha256", record.c.sha256)

custody_key = Table(
    "custody_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("public", LargeBinary, nullable=False),
    comment="Public keys that have signed entries here.",
)

custody_entry = Table(
    "custody_entry",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("subject", String(64)),
    Column("hash", String(64), nullable=False),
    Column("line", LargeBinary, nullable=False),
    UniqueConstraint("hash", name="custody_entry_hash"),
    comment="The canonical line of each entry; the other columns only find it.",
)
Index("custody_entry_subject", custody_entry.c.subject)

case_event = Table(
    "case_event",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("aspect", String(80), nullable=False),
    Column("name", String(64), nullable=False),
    Column("body", LargeBinary),
    comment="What persons did in a case; the custody entry of the same number binds the body.",
)

case_state = Table(
    "case_state",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("aspect", String(80), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="Where the events of one aspect of a case have led.",
)
Index("case_state_aspect", case_state.c.aspect, case_state.c.case_id)

case_artefact = Table(
    "case_artefact",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", AnyText, primary_key=True),
    Column("times", Integer, nullable=False),
    comment="Things found in a case that another case may share; made anew from records.",
)
Index("case_artefact_value", case_artefact.c.kind, case_artefact.c.value)

case_indexed = Table(
    "case_indexed",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    comment="Up to which custody entry the artefacts of a case were read.",
)

case_seen = Table(
    "case_seen",
    metadata,
    Column("case_id", ForeignKey("case_file.id"), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="What the records of a case show, at a `version` of its line; made anew from them.",
)

WAITING, LEASED, DONE, FAILED = range(4)
"""States of an item. Failed: examined in the sense that the reader is told why it was not."""
