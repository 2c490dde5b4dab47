"""What a large case shows is kept in the store, and made anew where it has changed."""

from __future__ import annotations

import pytest

from mingjian.app import case_evidence
from mingjian.app.access import Actor, Role
from mingjian.app.case_law import conducts

LEAD = Actor("Li", Role.LEAD)


def test_a_large_case_is_read_once_for_all_processes(casebook, monkeypatch):
    monkeypatch.setattr(case_evidence, "LARGE", 1)
    monkeypatch.setattr(case_evidence, "_SEEN", {})
    store = casebook.store
    casebook.file("A", weighed="请转账", note="电话 13812345678")
    first = conducts(store, LEAD, "A")
    case_evidence._SEEN.clear()  # as in another process
    with monkeypatch.context() as another:
        another.setattr(case_evidence, "records_of", lambda *_: pytest.fail("read again"))
        assert conducts(store, LEAD, "A") == first
    case_evidence._SEEN.clear()
    casebook.file("A", other="又一份：请把款项转入安全账户")
    read = case_evidence.seen_of(store, "A")
    assert read == case_evidence._read(store, "A")
    case_evidence._SEEN.clear()
    assert case_evidence.seen_of(store, "A") == read


def test_a_small_case_leaves_nothing_behind(casebook, monkeypatch):
    monkeypatch.setattr(case_evidence, "_SEEN", {})
    casebook.file("A", weighed="请转账")
    case_evidence.seen_of(casebook.store, "A")
    assert casebook.store.seen("A") is None
