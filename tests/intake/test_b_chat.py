"""Turns of chat exports: who says what when, and where it stands in the text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.intake import chat
from mingjian.intake.chat import Turn, chat_columns, turns

FORMATS = ["wechat-text", "wechat-csv", "telegram-json", "whatsapp-text", "generic-dialogue"]


def said(text: str, format: str) -> list[tuple[str, str, str]]:
    return [(turn.time, turn.sender, turn.text) for turn in turns(text, format)]


def test_wechat_both_orders_and_several_lines() -> None:
    text = "导出记录\n2024-05-01 12:30:11 张三\n你好\n第二行\n\n李四 2024/5/1 下午1:02\n在吗\n"
    assert said(text, "wechat-text") == [
        ("2024-05-01 12:30:11", "张三", "你好\n第二行"),
        ("2024/5/1 下午1:02", "李四", "在吗"),
    ]


def test_offsets_point_at_the_words() -> None:
    for text, format in (
        ("2024-05-01 12:30:11 张三\n你好\n李四 2024-05-01 12:31\n好\n", "wechat-text"),
        ("[2024/5/1 12:30:11] A: hi there\nmore\n[2024/5/1 12:31:00] B:  yo\n", "whatsapp-text"),
        ("客服：您好\n用户:  退款\n客服：好\n用户：谢", "generic-dialogue"),
    ):
        found = turns(text, format)
        assert found
        for turn in found:
            assert turn.start is not None
            assert text[turn.start :].startswith(turn.text)


def test_whatsapp_forms_and_notices() -> None:
    text = (
        "01/05/2024, 12:29 - Messages and calls are end-to-end encrypted.\n"
        "01/05/2024, 12:30 - Ann: hi\nand more\n"
        "\u200e[2024/5/1 下午3:30:11] 张三: 你好\n"
        "5/1/24, 3:31\u202fPM - Bob: see 10:30\n"
    )
    assert said(text, "whatsapp-text") == [
        ("01/05/2024, 12:29", "", "Messages and calls are end-to-end encrypted."),
        ("01/05/2024, 12:30", "Ann", "hi\nand more"),
        ("2024/5/1 下午3:30:11", "张三", "你好"),
        ("5/1/24, 3:31\u202fPM", "Bob", "see 10:30"),
    ]


def test_spoken_turns() -> None:
    assert said("L: 您好\nR: 您是谁？\n  我在忙", "generic-dialogue") == [
        ("", "L", "您好"),
        ("", "R", "您是谁？\n  我在忙"),
    ]
    assert said("2024-05-01 12:30 张三：你好", "generic-dialogue") == [
        ("2024-05-01 12:30", "张三", "你好")
    ]


def test_csv_with_quotes_and_the_exporters_columns() -> None:
    text = (
        "localId,IsSender,StrContent,StrTime,NickName\n"
        '1,0,"你好,\n张三",2024-05-01 1:02:03,李四\nshort\n2,1,好,2024-05-01 1:03:00,王五\n'
    )
    assert said(text, "wechat-csv") == [
        ("2024-05-01 1:02:03", "李四", "你好,\n张三"),
        ("2024-05-01 1:03:00", "王五", "好"),
    ]
    assert chat_columns(["时间", "发送人", "内容"]) == (0, 1, 2)
    assert chat_columns(["id", "text"]) is None


def test_telegram_runs_services_and_many_chats() -> None:
    messages = [
        {"type": "service", "action": "join"},
        {"type": "message", "date": "2024", "from": "A", "text": ["see ", {"text": "http://a.cn"}]},
        {"type": "message", "date": "2025", "from_id": "user2", "text": "plain"},
        {"type": "message", "text": None},
    ]
    expected = [("2024", "A", "see http://a.cn"), ("2025", "user2", "plain"), ("", "", "")]
    assert said(json.dumps({"messages": messages}), "telegram-json") == expected
    whole = {"chats": {"list": [{"messages": messages}, {"messages": "no"}, 7]}}
    assert said(json.dumps(whole), "telegram-json") == expected


def test_number_of_turns_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "MAX_TURNS", 5)
    assert len(turns("A: x\n" * 50, "generic-dialogue")) == 5


def test_unknown_form_has_no_turns() -> None:
    assert turns("A: x", "plain-text") == []
    assert turns("{", "telegram-json") == []
    assert turns("[" * 100_000, "telegram-json") == []


@given(st.text(alphabet='2024-/:5[] 张AB\n下午,"{}：', max_size=300), st.sampled_from(FORMATS))
def test_any_text_has_turns_or_none(text: str, format: str) -> None:
    assert all(isinstance(turn, Turn) for turn in turns(text, format))
