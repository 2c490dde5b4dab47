"""Addresses in running text: where they begin and end, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.intake.links import find_links

CASES = [
    ("点击 http://a.cn，请", ["http://a.cn"]),
    ("点击http://a.cn请点击领取", ["http://a.cn"]),
    ("见(https://a.cn/x(1))。", ["https://a.cn/x(1)"]),
    ("hxxps://evil[.]com/p and hxxp[:]//b[.]cn", ["https://evil.com/p", "http://b.cn"]),
    ("登录www.icbc-x.com/a领取", ["http://www.icbc-x.com/a"]),
    ("登录icbc-x.top查询", ["http://icbc-x.top"]),
    ("go to bit.ly/3abc now", ["http://bit.ly/3abc"]),
    ("http://银行.中国/登录", ["http://银行.中国/"]),
    ("http://аррӏе.com/id.", ["http://аррӏе.com/id"]),
    ("http://login.payраl.com/x", ["http://login.payраl.com/x"]),
    ("http://1.2.3.4:8080/x;", ["http://1.2.3.4:8080/x"]),
    ("https://a.cn/?u=http://b.cn", ["https://a.cn/?u=http://b.cn"]),
    ("<http://a.cn/x>", ["http://a.cn/x"]),
    ("mail me at bob@gmail.com or b.c@x.example.com", []),
    ("open main.py, e.g. node.js or v1.2.3", []),
    ("这是.一个。句子", []),
    ("http:// nothing", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_addresses_are_cut_out_of_text(text: str, expected: list[str]) -> None:
    assert [link.url for link in find_links(text)] == expected


def test_offsets_point_at_what_was_written() -> None:
    text = "请看 hxxp://a[.]cn/x，谢谢"
    (link,) = find_links(text)
    assert text[link.start : link.end] == "hxxp://a[.]cn/x"
    assert link.defanged


@given(st.text(alphabet="htp:/w.[]acn请，。() @-x:中国1", max_size=400))
def test_any_text_is_searched(text: str) -> None:
    for link in find_links(text):
        assert 0 <= link.start < link.end <= len(text)
