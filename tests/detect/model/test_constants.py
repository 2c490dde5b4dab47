"""Constants of a pickle: what is passed over at a glance holds nothing that a search would find."""

from __future__ import annotations

import pickle
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.model.containers import MAX_DEPTH, Search, constant_streams

_PIECES = st.sampled_from(
    [
        pickle.dumps({"a": 1}, 2),
        b"cos\nsystem\n(S'x'\ntR.",
        b"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.",
        b"PK\x03\x04",
        b"PK\x05\x06",
        zlib.compress(b"x" * 9),
        b"gASVAAAA",
        b"80049528",
        b"\x93NUMPY\x01\x00",
        b"\x00\x01",
        b"\xeb",
        b" ",
    ]
)
_BYTES = st.lists(st.one_of(st.binary(max_size=24), _PIECES), max_size=6).map(b"".join)


def _searched(constant: bytes) -> list[tuple[tuple[str, ...], bytes, int]]:
    search = Search(item_bytes=len(constant))
    found = search.streams(constant, ("constant",), None, MAX_DEPTH - 3, search_inside=False)
    return [(stream.path, stream.data, stream.start) for stream in found]


@given(constant=_BYTES)
@settings(max_examples=200, deadline=None)
def test_a_glance_misses_nothing_that_the_search_finds(constant: bytes) -> None:
    streams = constant_streams(constant, Search(item_bytes=1 << 20))
    assert [(s.path, s.data, s.start) for s in streams] == _searched(constant)


@pytest.mark.parametrize("lead", [b"", b"\x00\x01\x02", b"\xeb\x10"])
def test_a_pickle_inside_numbers_is_found(lead: bytes) -> None:
    constant = lead + pickle.dumps({"a": 1}, 4) + bytes(40)
    assert list(constant_streams(constant, Search(item_bytes=1 << 20)))
