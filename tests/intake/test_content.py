from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.intake import digest
from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.digest import digests
from mingjian.intake.limits import Refused
from mingjian.intake.spool import LARGEST_IN_MEMORY, Spool


@given(st.binary(max_size=200))
def test_memory_and_file_hold_the_same(data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        content = FileContent(Path(file.name))
        assert content.size == len(data)
        assert bytes(content.view()) == data
        assert digests(content) == digests(BytesContent(data))


def test_files_are_mapped_only_while_a_view_is_held(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    contents = [FileContent(path) for _ in range(3_000)]  # more than a process may hold open
    assert all(bytes(content.view()) == b"abc" for content in contents)
    again = pickle.loads(pickle.dumps(contents[0]))  # noqa: S301
    assert bytes(again.view()) == b"abc"


def test_digests_are_the_published_ones() -> None:
    sha256, sm3 = digests(BytesContent(b"abc"))
    assert sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    # GB/T 32905-2016, appendix A, example 1
    assert sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm3_does_not_depend_on_how_openssl_was_built() -> None:
    other = digest._CryptographySM3()
    other.update(memoryview(b"abc"))
    assert other.copy().hexdigest() == digests(BytesContent(b"abc"))[1]


def test_large_content_is_hashed_in_steps() -> None:
    data = bytes(3 * digest.CHUNK + 5)
    assert digests(BytesContent(data))[0] == hashlib.sha256(data).hexdigest()


def test_spool_keeps_small_parts_in_memory_and_large_ones_in_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    small = spool.keep(BytesContent(b"x"))
    large = spool.keep(BytesContent(bytes(LARGEST_IN_MEMORY + 1)))
    assert isinstance(small, BytesContent)
    assert isinstance(large, FileContent)
    assert large.path.parent == tmp_path
    assert isinstance(Spool(None).keep(BytesContent(bytes(LARGEST_IN_MEMORY + 1))), BytesContent)


def test_collect_counts_and_stops(tmp_path: Path) -> None:
    counted: list[int] = []
    chunks = (bytes(LARGEST_IN_MEMORY) for _ in range(3))
    content, trouble = Spool(tmp_path).collect(chunks, counted.append)
    assert content.size == sum(counted) == 3 * LARGEST_IN_MEMORY
    assert trouble is None

    def refuse(count: int) -> None:
        from mingjian.domain.message import Message

        raise Refused(Message("满", "full"))

    with pytest.raises(Refused):
        Spool(tmp_path).collect(iter((b"x",)), refuse)
