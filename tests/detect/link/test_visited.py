"""The lists of the most visited sites: packing loses no name, and open services are not in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.link.address import Site, site_of
from mingjian.detect.link.visited import Listed, Standing, fingerprint, packed, standing


def _standing(host: str) -> Standing:
    site = site_of(host)
    assert isinstance(site, Site)
    return standing(site)


_NAMES = st.text("abcdefghijklmnop.-0123", min_size=1, max_size=20)


@given(st.dictionaries(_NAMES, st.integers(1, 255), max_size=60))
def test_every_packed_name_is_found_again(names: dict[str, int]) -> None:
    held = Listed.of(*packed(names))
    marks: dict[int, int] = {}
    for name, seen in names.items():
        marks[fingerprint(name)] = max(seen, marks.get(fingerprint(name), 0))
    assert all(held.holds(mark) == seen for mark, seen in marks.items())
    strangers = [fingerprint(f"other{n}.example") for n in range(50)]
    assert [held.holds(mark) for mark in strangers] == [marks.get(mark, 0) for mark in strangers]


@pytest.mark.parametrize("host", ["www.12306.cn", "icbc.com.cn", "taobao.com", "www.wikipedia.org"])
def test_large_sites_are_visited_year_after_year(host: str) -> None:
    found = _standing(host)
    assert found.now
    assert found.years == 1
    assert found.reports > 0


@pytest.mark.parametrize(
    "host",
    ["quiet-harbour-4417.weebly.com", "mj-nobody.github.io", "bit.ly", "mj4417.dynv6.net",
     "mj-kf88-renzheng.top", "203.0.113.9"],
)  # fmt: skip
def test_pages_anybody_may_make_are_not(host: str) -> None:
    assert not any(_standing(host).numbers())


def test_a_page_below_a_visited_site_counts_as_its_site() -> None:
    found = _standing("anything-at-all-7731.icbc.com.cn")
    assert found.now
    assert found.page == found.above


def test_a_site_of_earlier_years_is_told_from_one_of_now() -> None:
    found = _standing("www.020h.com")
    assert not found.now
    assert 0 < found.years < 1
