"""The lists of the most visited sites: packing loses no name, and open services are not in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.link.address import site_of
from mingjian.detect.link.visited import fingerprint, holds, in_lists, packed, unpacked


@given(st.sets(st.text("abcdefghijklmnop.-0123", min_size=1, max_size=20), max_size=60))
def test_every_packed_name_is_found_again(names: set[str]) -> None:
    held = unpacked(packed(names))
    assert all(holds(held, fingerprint(name)) for name in names)
    marks = {fingerprint(name) for name in names}
    strangers = [f"other{n}.example" for n in range(50)]
    assert [holds(held, fingerprint(name)) for name in strangers] == [
        fingerprint(name) in marks for name in strangers
    ]


@pytest.mark.parametrize("host", ["www.12306.cn", "icbc.com.cn", "taobao.com", "www.wikipedia.org"])
def test_large_sites_are_visited(host: str) -> None:
    site = site_of(host)
    assert site is not None
    assert in_lists(site)[0]


@pytest.mark.parametrize(
    "host",
    ["quiet-harbour-4417.weebly.com", "mj-nobody.github.io", "bit.ly", "mj4417.dynv6.net",
     "mj-kf88-renzheng.top", "203.0.113.9"],
)  # fmt: skip
def test_pages_anybody_may_make_are_not(host: str) -> None:
    site = site_of(host)
    assert site is not None
    assert not any(in_lists(site))


def test_a_page_below_a_visited_site_counts_as_its_site() -> None:
    site = site_of("anything-at-all-7731.icbc.com.cn")
    assert site is not None
    visited, _, page, above = in_lists(site)
    assert visited
    assert page == above
