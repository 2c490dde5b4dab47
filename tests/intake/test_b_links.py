"""Addresses in running text: where they begin and end, and what is left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.links import find_links
from mingjian.intake.unpack import chat, links
from mingjian.testing.unpacking import data_of, evidence, unpacked

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


def test_links_of_a_trace_end_at_json_escapes() -> None:
    text = json.dumps(
        [{"role": "tool", "content": 'see http://a.cn/x\n"http:\\/\\/b.cn" 见http://c.cn，'}]
    )
    item = evidence(text.encode(), EvidenceKind.AGENT_TRACE, "openai-messages", text)
    parts, _ = unpacked(links.unpack_json, item)
    assert [data_of(part) for part in parts] == [b"http://a.cn/x", b"http://c.cn"]


def test_links_in_large_text_are_found_across_blocks() -> None:
    data = ("词" * 400_000 + "\nhttp://a.cn/x\n").encode() * 2 + b"http://b.cn"
    item = evidence(data, EvidenceKind.TEXT, "plain-text")
    parts, _ = unpacked(links.unpack, item)
    assert [data_of(part) for part in parts] == [b"http://a.cn/x", b"http://b.cn"]


def test_links_are_bounded_with_one_refusal() -> None:
    text = " ".join(f"http://a{number}.cn" for number in range(300))
    item = evidence(text.encode(), EvidenceKind.TEXT, "plain-text", text)
    parts, refusals = unpacked(links.unpack, item)
    assert len(parts) == 200
    assert len(refusals) == 1


def test_links_of_a_chat_name_the_message() -> None:
    export = {"messages": [{"type": "message", "from": "a", "text": [{"text": "http://a.cn"}]}]}
    text = json.dumps(export)
    item = evidence(text.encode(), EvidenceKind.DIALOGUE, "telegram-json", text)
    (part,), _ = unpacked(chat.unpack, item)
    assert part.derivation.detail == "message 1, character 0"
