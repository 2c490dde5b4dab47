"""Identification of decoded texts: each form by its own example, and ordinary words left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.identify_text import identify_text


def found(text: str, path: str = "evidence") -> str:
    answer = identify_text(text, path, len(text.encode()))
    assert answer is not None
    return f"{answer[0].value}/{answer[1]}"


WECHAT = "2024-05-01 12:30:11 张三\n你好\n\n2024-05-01 12:31:02 李四\n在吗？\n转我两千\n"
MESSAGES = [
    {"role": "user", "content": "list files"},
    {"role": "assistant", "tool_calls": [{"function": {"name": "ls"}}], "content": None},
    {"role": "tool", "content": "a.txt"},
]
SPAN = {"name": "chat", "attributes": {"gen_ai.system": "openai", "gen_ai.request.model": "m"}}
LOG = '1.2.3.4 - - [17/May/2015:21:05:14 +0000] "GET /a HTTP/1.1" 200 18848'
IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Date: 2026-09-12 13:00:00\n"
    "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status\n"
)
IIS_LINE = "2026-09-12 13:00:01 192.0.2.7 GET /a.aspx id=1 200\n"
NGINX = '{"time_local":"12/Sep/2026:13:00:01 +0000","request":"GET / HTTP/1.1","status":"200"}'
CADDY = {"ts": 1.5, "request": {"method": "GET", "uri": "/", "headers": {}}, "status": 200}
ELASTIC = {
    "@timestamp": "2026-09-12T13:00:01Z",
    "http": {"request": {"method": "GET"}, "response": {"status_code": 404}},
    "url": {"original": "/a"},
}
CALLED = {"method": "GET", "path": "/users", "status": 200}
TELEGRAM = {
    "name": "张三",
    "type": "personal_chat",
    "messages": [{"id": 1, "type": "message", "from": "a", "from_id": "user1", "text": "hi"}],
}

CASES = [
    ("From: a@b.cn\nTo: c@d.cn\nSubject: hi\n\nbody", "mail/rfc5322"),
    (
        "Received: from x\n by y\nFrom: a@b.cn\nDate: x\n\n<html><body>x</body></html>",
        "mail/rfc5322",
    ),
    ("From a@b.cn Sat Jan  3 01:05:34 1996\nFrom: a@b.cn\n\nhi", "mail/mbox"),
    ("<!DOCTYPE html>\n<html><body>x", "html/html"),
    ("<div class=a>你好</div>", "html/html"),
    ('<?xml version="1.0"?>\n<svg xmlns="x"><text>a</text></svg>', "image/svg"),
    (WECHAT, "dialogue/wechat-text"),
    ("张三 2024-05-01 12:30\n你好\n李四 2024-05-01 12:31\n好\n", "dialogue/wechat-text"),
    ("StrTime,NickName,StrContent\n2024-05-01 1:02:03,张三,你好\n", "dialogue/wechat-csv"),
    ("时间,发送者,内容\n2024-05-01,张三,你好\n", "dialogue/wechat-csv"),
    (
        "[2024/5/1 下午3:30:11] 张三: 你好\n[2024/5/1 下午3:31:00] 李四: 好\n",
        "dialogue/whatsapp-text",
    ),
    ("01/05/2024, 12:30 - A: hi\n01/05/2024, 12:31 - B: yo\n", "dialogue/whatsapp-text"),
    ("L: 您好，先生\nR: 您是谁？", "dialogue/generic-dialogue"),
    ("L: 您好\n我们是银行\n\n请问方便吗\nR: 方便\n\n请说\nL: 好的", "dialogue/generic-dialogue"),
    ("客服：您好\n用户：退款\n客服：卡号？\n用户：好", "dialogue/generic-dialogue"),
    (json.dumps(TELEGRAM), "dialogue/telegram-json"),
    ("https://a.cn/x?y=1", "link/url"),
    ("hxxps://evil[.]com/x", "link/url"),
    ("phnorth.com/wp-includes/Chase/", "link/url"),
    ("https://a.cn/x\nhttp://b.cn\nwww.c.cn/z\n", "link/url-list"),
    (json.dumps(MESSAGES), "agent-trace/openai-messages"),
    (json.dumps({"model": "m", "messages": MESSAGES}), "agent-trace/openai-messages"),
    (
        "\n".join(json.dumps({"messages": MESSAGES}) for _ in range(3)),
        "agent-trace/openai-messages",
    ),
    ("\n".join(map(json.dumps, MESSAGES)), "agent-trace/openai-messages"),
    (json.dumps({"resourceSpans": []}), "agent-trace/otel-genai"),
    (json.dumps(SPAN) + "\n" + json.dumps(SPAN), "agent-trace/otel-genai"),
    (json.dumps({"version": 2, "eval": {}, "samples": []}), "agent-trace/inspect-log"),
    ('{"step":1,"action":"ls"}\n{"step":2,"observation":"x"}', "agent-trace/agent-jsonl"),
    (
        json.dumps(
            [{"role": "user", "content": "x"}, {"role": "agent", "action": "ls", "thought": ""}]
        ),
        "agent-trace/agent-jsonl",
    ),
    (LOG, "web-log/common"),
    (
        '[user] clear the disk\n[agent] ACTION: Terminal {"command": "ls"}\n[environment] a.txt',
        "agent-trace/agent-text",
    ),
    (
        "Question: when?\nThought: look\nAction: search[x]\nObservation: 1998",
        "agent-trace/agent-text",
    ),
    ("任务：删除旧文件\n思考：先看\n动作：ls\n观察：a.txt\n", "agent-trace/agent-text"),
    ("【用户】转账\n【智能体】思考：查余额\n动作：余额查询 {}", "agent-trace/agent-text"),
    # Turns without an action, an instruction that describes the form, minutes of a meeting.
    ("[user] hello\n[assistant] how can I help?\n[user] bye", "text/plain-text"),
    (
        "Answer the question. Use this form:\nThought: what to do\nAction: the tool\n"
        "Observation: what it gave\n",
        "text/plain-text",
    ),
    ("Task: scaffold\nObservation: no helmet\nAction: talked to him", "text/plain-text"),
    ("目标：提高参与\n计划：分组\n行动：全班讨论\n观察：发言变多\n反思：继续", "text/plain-text"),
    ('Task: find it\nAction: search["x"]\nObservation: 1998', "agent-trace/agent-text"),
    (LOG + ' "https://a/" "Mozilla/5.0"\n' + LOG + ' "-" "x"\n', "web-log/combined"),
    (IIS, "web-log/w3c-log"),
    (IIS + IIS_LINE * 3, "web-log/w3c-log"),
    (IIS.replace("\n", "\r\n") + IIS_LINE + "#Remark: x\ntorn\n" + IIS_LINE, "web-log/w3c-log"),
    (NGINX, "web-log/json-log"),
    (NGINX + "\n" + NGINX, "web-log/json-log"),
    ("\n".join([NGINX] * 4 + ['{"level":"error","msg":"x"}']), "web-log/json-log"),
    (NGINX.replace("/ ", r"/?q=\x22 ") + "\n" + NGINX, "web-log/json-log"),
    (json.dumps(CADDY) + "\n" + json.dumps(CADDY) + "\n", "web-log/json-log"),
    (json.dumps(ELASTIC) + "\n" + json.dumps(ELASTIC) + "\n", "web-log/json-log"),
    # Fields of other servers, remarks about a log, calls and steps that were answered.
    (IIS + "2026-09-12 13:00:01 192.0.2.7 USER anonymous - 331\n", "text/plain-text"),
    ("#Fields: date time x-event\n2026-09-12 13:00:01 start\n", "text/plain-text"),
    (IIS + "Our server writes this.\nWhat does it mean?\nThanks\n", "text/plain-text"),
    ((json.dumps(CALLED) + "\n") * 3, "dataset/jsonl"),
    ((json.dumps({"ts": 1, "label": "attack", **CALLED}) + "\n") * 3, "dataset/jsonl"),
    (NGINX + '\n{"a":1}\n{"a":2}\n', "text/plain-text"),
    ((NGINX.replace("200", "ok") + "\n") * 3, "dataset/jsonl"),
    (
        (json.dumps({"step": 1, "action": "get", "ts": 1, **CALLED}) + "\n") * 2,
        "agent-trace/agent-jsonl",
    ),
    (json.dumps(CADDY, indent=1), "text/plain-text"),
    ("id,name,age\n1,a,3\n2,b,4\n", "dataset/csv"),
    ("id\tname\n1\ta\n2\tb\n", "dataset/tsv"),
    ('name,text\na,"hello, you"\nb,"x\ny"\n', "dataset/csv"),
    ('{"a":1,"b":2}\n{"a":2,"b":3}\n', "dataset/jsonl"),
    ('[{"a":1,"b":2},{"a":2,"b":3}]', "dataset/json"),
    ('{"messages":[{"role":"user","content":"a"}]}\n' * 3, "dataset/jsonl"),
    ("# Title\n\n- one\n- two\n", "text/markdown"),
    ("【银行】您的账户异常，请点击 http://a.cn 处理。", "text/plain-text"),
    (
        "Roses are red, violets are blue\nSugar is sweet, and so are you\nx, y\nz, w",
        "text/plain-text",
    ),
    ("春眠不觉晓,处处闻啼鸟\n夜来风雨声,花落知多少\n床前明月光,疑是地上霜", "text/plain-text"),
    ("Dear Bob,\nthanks, see you.\nYours, Al", "text/plain-text"),
    ("Note: buy milk\nTime: 5pm\nPlace: shop", "text/plain-text"),
    ("2024-05-01 12:30:11 INFO start\n2024-05-01 12:30:12 INFO stop\n", "text/plain-text"),
    ("2024-05-01 12:30 met Bob\nWe talked.\n", "text/plain-text"),
    ("ERROR: x\nINFO: y\nERROR: z\nINFO: w", "text/plain-text"),
    ("{not json", "text/plain-text"),
    ("[图片]", "text/plain-text"),
    ('{"a": 1}', "text/plain-text"),
    ("<3 you", "text/plain-text"),
    ("a.py", "text/plain-text"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_each_form_is_recognised(text: str, expected: str) -> None:
    assert found(text) == expected


def test_name_settles_what_the_text_leaves_open() -> None:
    assert found("甲,乙\n丙,丁\n戊,己\n", "名单.csv") == "dataset/csv"
    assert found("just words\nand more", "README.md") == "text/markdown"


def test_blank_text_is_nothing() -> None:
    assert identify_text(" \n\ufeff", "x", 5) is None


def test_long_json_is_judged_by_its_beginning() -> None:
    whole = json.dumps(MESSAGES * 2000)
    answer = identify_text(whole[:20_000], "x", len(whole))
    assert answer == (EvidenceKind.AGENT_TRACE, "openai-messages")


def test_deep_json_is_no_crash() -> None:
    assert found("[" * 100_000) == "text/plain-text"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    answer = identify_text(text, "x", len(text.encode("utf-8", "replace")))
    assert answer is None or isinstance(answer[0], EvidenceKind)


@given(st.text(alphabet="0123456789-:/[] \n张三Ab,{}\"'<>=.\t", max_size=300))
def test_likely_looking_noise_has_an_answer(text: str) -> None:
    identify_text(text, "x", len(text))
