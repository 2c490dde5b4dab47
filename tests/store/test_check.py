"""Whatever is changed behind the store's back is named; opening and upgrading."""

from __future__ import annotations

import zlib

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.store.database import REVISION, Database, StoreProblem
from mingjian.store.migrations import configuration
from mingjian.store.store import open_store
from mingjian.store.tables import case, custody_entry, custody_key, evidence, metadata, record, run


def alter(filled, statement):
    with filled.store.database.write() as connection:
        connection.execute(statement)


def problems(filled, **more):
    return [(one.where, one.what.en) for one in filled.store.verify(**more)]


@pytest.fixture
def kept(filled):
    filled.finish_all(filled.start(4))
    assert problems(filled) == []
    return filled


def subject(filled, ordinal):
    return next(row for row in filled.store.results(1) if row.ordinal == ordinal).record["sha256"]


def test_altered_evidence_is_named(kept):
    sha256 = subject(kept, 2)
    file = kept.store.vault.path(sha256)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.chmod(0o600)
    file.write_bytes(data)
    ((where, what),) = problems(kept)
    assert where == f"evidence {sha256}"
    assert "altered" in what


def test_missing_evidence_is_named_even_if_its_row_denies_it(kept):
    sha256 = subject(kept, 1)
    kept.store.vault.path(sha256).unlink()
    assert [where for where, _ in problems(kept)] == [f"evidence {sha256}"]
    alter(kept, sa.update(evidence).where(evidence.c.sha256 == sha256).values(vaulted=0))
    assert [where for where, _ in problems(kept)] == [f"evidence {sha256}"]
    alter(kept, sa.delete(evidence).where(evidence.c.sha256 == sha256))
    assert "missing" in problems(kept)[0][1]


def test_an_altered_record_is_named(kept):
    with kept.store.database.read() as connection:
        body = zlib.decompress(
            bytes(connection.scalar(sa.select(record.c.body).where(record.c.ordinal == 1)))
        )
    forged = zlib.compress(body.replace(b'"found"', b'"quiet"'))
    one = sa.update(record).where(record.c.ordinal == 1)
    for change in (
        one.values(body=forged),
        one.values(body=b"\0"),
        one.values(body=zlib.compress(body), path="elsewhere"),
        one.values(path="1\udcff\0", parent="0" * 64),
    ):
        alter(kept, change)
        ((where, what),) = problems(kept)
        assert where == f"record 1/1/0 of {subject_of(kept, 1)}"
        assert "altered" in what


def subject_of(filled, ordinal):
    with filled.store.database.read() as connection:
        return connection.scalar(sa.select(record.c.sha256).where(record.c.ordinal == ordinal))


def test_missing_and_added_records_are_named(kept):
    alter(kept, sa.delete(record).where(record.c.ordinal == 3))
    assert "missing" in problems(kept)[0][1]
    again = {"run_id": 1, "number": 0, "sha256": "0" * 64, "path": "x", "parent": None}
    rows = [{**again, "ordinal": ordinal, "body": b""} for ordinal in (50, 51)]
    with kept.store.database.write() as connection:
        connection.execute(sa.insert(record), rows)
    assert ("run 1", "This run holds 5 results; custody knows of only 4.") in problems(kept)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"line": custody_entry.c.line + b" "}, "canonical"),
        ({"action": "reported"}, "index columns"),
        ({"subject": "0" * 64}, "index columns"),
    ],
)
def test_an_altered_entry_is_named(filled, values, word):
    filled.finish_all(filled.start(4))
    if "line" in values:
        with filled.store.database.read() as connection:
            line = connection.scalar(
                sa.select(custody_entry.c.line).where(custody_entry.c.seq == 5)
            )
        values = {"line": bytes(line) + b" "}
    alter(filled, sa.update(custody_entry).where(custody_entry.c.seq == 5).values(values))
    ((where, what), *_) = problems(filled)
    assert where == "case A #5"
    assert word in what


def test_removed_entries_are_named_in_the_middle_and_at_the_end(kept):
    alter(kept, sa.delete(custody_entry).where(custody_entry.c.seq == 4))
    assert any("Entry 4 is missing" in what for _, what in problems(kept))
    alter(kept, sa.delete(custody_entry).where(custody_entry.c.seq >= 9))
    assert any("should end at entry 10" in what for _, what in problems(kept))


def test_case_key_and_run_rows_are_bound_too(kept):
    alter(kept, sa.update(run).values(settings_digest="f" * 64))
    assert [where for where, _ in problems(kept)] == ["run 1"]
    alter(kept, sa.update(run).values(settings_digest="d" * 64))
    alter(kept, sa.update(custody_key).values(public=bytes(32)))
    assert problems(kept)[0][0].startswith("public key")
    alter(kept, sa.update(custody_key).values(public=kept.store.key.public))
    alter(kept, sa.update(case).values(head_seq=case.c.head_seq + 1))
    assert "should end at" in problems(kept)[0][1]


def test_an_altered_or_missing_scale_is_named(filled, tmp_path):
    import hashlib

    file = tmp_path / "x.scale.json"
    file.write_bytes(b"{}")
    scales = {"a/x.scale.json": hashlib.sha256(b"{}").hexdigest()}
    filled.start(1, versions={"program": "0", "detectors": {}, "scales": scales})
    assert problems(filled, scale_files={"a/x.scale.json": file}) == []
    file.write_bytes(b"{ }")
    ((where, what),) = problems(filled, scale_files={"a/x.scale.json": file})
    assert where == "scale a/x.scale.json"
    assert "altered" in what
    ((_, what),) = problems(filled, scale_files={})
    assert "not installed" in what


@settings(max_examples=25, deadline=None)
@given(at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_any_flip_in_any_stored_entry_is_named(tmp_path_factory, at, flip):
    folder = tmp_path_factory.mktemp("flip")
    with open_store(f"sqlite:///{folder}/x.sqlite3", folder / "vault", actor="x") as store:
        store.create_or_resume_run("A", ["/in"], "d" * 64, [], {})
        with store.database.write() as connection:
            lines = [bytes(line) for line in connection.scalars(sa.select(custody_entry.c.line))]
            seq, line = 1 + at % 2, bytearray(lines[at % 2])
            line[(at // 2) % len(line)] ^= flip
            one = sa.update(custody_entry).where(custody_entry.c.seq == seq)
            connection.execute(one.values(line=bytes(line)))
        assert f"A #{seq}" in [problem.where for problem in store.verify()]


def test_a_damaged_database_file_is_reported_not_raised(tmp_path):
    file = tmp_path / "x.sqlite3"
    with open_store(f"sqlite:///{file}", tmp_path / "vault", actor="x") as store:
        store.create_or_resume_run("A", ["/in"], "d" * 64, [], {})
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    with file.open("r+b") as out:
        out.seek(size // 2)
        out.write(b"\xa5" * (size - size // 2))
    said = []
    try:
        with open_store(f"sqlite:///{file}", tmp_path / "vault", actor="x") as store:
            said = [problem.what for problem in store.verify()]
    except StoreProblem as problem:
        said = [problem.what]
    assert any("database" in what.en for what in said)


def test_the_migrated_schema_is_the_declared_one(database_url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(database_url)
    with database.read() as connection:
        # What words are found by differs between the databases (`store.words`).
        opts = {"include_object": lambda _, name, *rest: not (name or "").startswith("item_gram")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == REVISION
    database.close()


def test_an_older_store_is_brought_up_to_date_with_what_it_holds(database_url, monkeypatch):
    from mingjian.store import database as module
    from mingjian.store import migrations

    newest = migrations.upgrade
    monkeypatch.setattr(migrations, "upgrade", lambda engine: newest(engine, "0001"))
    monkeypatch.setattr(module, "REVISION", "0001")
    old = Database(database_url)
    with old.write() as connection:
        rows = {"name": "A", "opened": "now", "head_seq": 0, "head_hash": "0" * 64}
        connection.execute(sa.insert(case), rows)
    old.close()
    monkeypatch.undo()
    database = Database(database_url)
    with database.read() as connection:
        assert connection.scalar(sa.select(case.c.name)) == "A"
        assert connection.scalar(sa.text("select version_num from alembic_version")) == REVISION
    database.close()


def test_the_revision_constant_is_the_newest_migration():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_current_head() == REVISION


def test_a_current_database_opens_without_alembic(database_url, monkeypatch):
    import mingjian.store.migrations as migrations

    Database(database_url).close()
    monkeypatch.setattr(migrations, "upgrade", lambda *_: pytest.fail("upgraded again"))
    Database(database_url).close()


def test_a_newer_database_is_refused_in_words(database_url, monkeypatch):
    Database(database_url).close()
    database = Database(database_url)
    with database.write() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    database.close()
    with pytest.raises(StoreProblem, match="newer than this program"):
        Database(database_url)


def test_what_is_no_database_is_refused_in_words(tmp_path):
    file = tmp_path / "x.sqlite3"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreProblem, match="cannot be opened"):
        Database(f"sqlite:///{file}")
