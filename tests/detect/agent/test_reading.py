"""Every form of a trace gives the same steps; hostile forms give an answer in time."""

from __future__ import annotations

import json
import time

import pytest
from tests.detect.agent.agent_runs import messages, run

from mingjian.detect.agent.acting import class_of
from mingjian.detect.agent.read import read_trace
from mingjian.detect.agent.trace import LONGEST_STEP, MOST_STEPS, read_value
from mingjian.domain.finding import Lines, Member, TextSpan

STEPS = [
    ("instruction", ""), ("thought", ""), ("call", "send_mail"),
    ("observation", ""), ("answer", ""),
]  # fmt: skip


def _otel(key: str, value: object) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": json.dumps(value, ensure_ascii=False)}}


def _span(at: int, *attributes: dict[str, object]) -> dict[str, object]:
    return {"startTimeUnixNano": str(at), "attributes": list(attributes)}


CALL = {"name": "send_mail", "arguments": '{"to": "a@b.org"}'}
FORMS = {
    "openai": run("U: hello", "A: I will.", 'C: send_mail {"to":"a@b.org"}', "O: ok", "A: Done."),
    "parts": json.dumps([
        {"role": "user", "content": [{"type": "text", "text": "hello"}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "I will."},
            {"type": "tool_use", "name": "send_mail", "input": {"to": "a@b.org"}}]},
        {"role": "user", "content": [{"type": "tool_result", "content": "ok"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Done."}]},
    ]),
    "turns": json.dumps([[
        {"role": "user", "content": "hello"},
        {"role": "agent", "thought": "I will.", "action": "send_mail{'to': 'a@b.org'}"},
        {"role": "environment", "content": "ok"},
        {"role": "agent", "thought": "Done.", "action": "Complete"},
    ]]),
    "steps": json.dumps({"task": "hello", "steps": [
        {"thought": "I will.", "tool": "send_mail", "tool_input": {"to": "a@b.org"},
         "observation": "ok"}], "final_answer": "Done."}),
    "jsonl": "\n".join(json.dumps(x) for x in [
        {"role": "user", "content": "hello"}, {"step": 1, "thought": "I will."},
        {"step": 2, "tool_name": "send_mail", "tool_input": {"to": "a@b.org"}},
        {"step": 3, "observation": "ok"}, {"role": "assistant", "content": "Done."}]),
    "spans": json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [
        _span(3, _otel("gen_ai.output.messages", [{"role": "assistant", "content": "Done."}])),
        _span(1, _otel("gen_ai.input.messages", [{"role": "user", "content": "hello"}]),
              _otel("gen_ai.output.messages", [{"role": "assistant", "content": "I will."}])),
        _span(2, {"key": "gen_ai.tool.name", "value": {"stringValue": "send_mail"}},
              {"key": "gen_ai.tool.call.arguments", "value": {"stringValue": '{"to":"a@b.org"}'}},
              {"key": "gen_ai.tool.call.result", "value": {"stringValue": "ok"}}),
    ]}]}]}),
    "inspect": json.dumps({"eval": {}, "samples": [{"id": 1, "messages": messages(
        "U: hello", "A: I will.", 'C: send_mail {"to":"a@b.org"}', "O: ok", "A: Done.")}]}),
    "turns in text": '[user] hello\n[agent] THOUGHT: I will.\nACTION: send_mail {"to": "a@b.org"}\n'
                     "[environment] ok\n[agent] ACTION: FINAL: : Done.",
    "react": 'Question: hello\nThought: I will.\nAction: send_mail\n'
             'Action Input: {"to": "a@b.org"}\n'
             "Observation: ok\nFinal Answer: Done.",
    "react zh": "用户：hello\n思考：I will.\n动作：send_mail\n参数：{\"to\": \"a@b.org\"}\n"
                "观察：ok\n最终答复：Done.",
    "log": "2026-01-02 10:00:01 INFO user: hello\n2026-01-02 10:00:02 INFO thought: I will.\n"
           "2026-01-02 10:00:03 INFO tool_call: send_mail(to='a@b.org')\n"
           "2026-01-02 10:00:04 INFO tool_result: ok\n2026-01-02 10:00:05 INFO assistant: Done.",
    "cut off": json.dumps(messages("U: hello", "A: I will.", 'C: send_mail {"to":"a@b.org"}',
                                   "O: ok", "A: Done.", "U: more"))[:-20],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_forms_give_the_same_steps(form: str) -> None:
    trace = read_trace(FORMS[form])
    assert trace is not None
    told = [(s.kind, s.name if s.kind == "call" else "") for s in trace.steps]
    assert told == STEPS
    assert trace.steps[0].text == "hello"
    assert trace.steps[-1].text == "Done."
    assert "a@b.org" in trace.steps[2].text


def test_places() -> None:
    text = FORMS["react"]
    trace = read_trace(text)
    assert trace is not None
    place = trace.steps[2].place
    assert isinstance(place, TextSpan)
    assert text[place.start : place.end].startswith("Action: send")
    trace = read_trace(FORMS["openai"])
    assert trace is not None
    assert trace.steps[2].place == Member("messages[2]")
    trace = read_trace(FORMS["jsonl"])
    assert trace is not None
    assert trace.steps[2].place == Lines(3, 3)


def test_labels_inside_a_turn_in_brackets_stay_inside_it() -> None:
    trace = read_trace("[user] Write a note.\n[agent] Here it is:\nTask: buy milk\nResult: none")
    assert trace is not None
    assert [step.kind for step in trace.steps] == ["instruction", "answer"]


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("BankManagerTransferFunds", "pay"), ("SearchDeletedItems", "read"), ("", ""),
        ("deleteFile", "delete"), ("GmailReadEmail", "read"), ("send_email", "send"),
        ("create_post", "post"), ("转账", "pay"), ("make_transfer", "pay"),
        ("查询转账记录", "read"), ("GitHubSearchIssues", "read"),
        ("AugustSmartLockGrantGuestAccess", "share"), ("unlock_door", "unlock"),
    ],
)  # fmt: skip
def test_what_a_tool_does(name: str, act: str) -> None:
    assert class_of(name) == act


def test_what_follows_a_very_long_step_is_read() -> None:
    page = "a line of a page. " * 3_000
    trace = read_trace(json.dumps(messages("U: read it", f"O: {page}", "A: It says so.")))
    assert trace is not None
    assert [step.kind for step in trace.steps] == ["instruction", "observation", "answer"]
    assert len(trace.steps[1].text) == LONGEST_STEP
    assert trace.cut


def test_steps_left_out_are_told() -> None:
    steps = ["U: hello", "A: hello"] * MOST_STEPS
    trace = read_trace(json.dumps(messages(*steps)))
    assert trace is not None
    assert len(trace.steps) == MOST_STEPS
    assert trace.cut
    whole = read_trace(json.dumps(messages(*steps[:MOST_STEPS])))
    assert whole is not None
    assert not whole.cut


def test_nothing_is_a_trace() -> None:
    for text in ("", "just a sentence", "{}", "[]", "[1, 2]", '{"a": {"b": 1}}', "user: hello"):
        assert read_trace(text) is None


def test_nesting_is_bounded() -> None:
    assert isinstance(read_value("[" * 100_000), str)
    assert isinstance(read_value("[" * 500 + "]" * 500), str)
    for text in (
        "[" * 200_000,
        '{"messages":' * 50_000,
        '[{"role":"user","content":' + "[" * 50_000,
    ):
        read_trace(text)


@pytest.mark.parametrize(
    "filler", ["\n", " ", "(", "[", '"', "please ", "user: x\n", "a@", "1,", "has been ", "转账"]
)
def test_a_megabyte_takes_seconds(filler: str) -> None:
    started = time.monotonic()
    body = filler * (1_000_000 // len(filler))
    read_trace(f'[user] do it\n[agent] ACTION: send_email {{"to":"{body}"}}\n')
    read_trace(json.dumps(messages("U: x", "C: send_email", "O: " + body, "A: " + body)))
    assert time.monotonic() - started < 20


def test_a_block_of_code_is_a_call_that_runs_it() -> None:
    trace = read_trace(
        "[user] Free the disk.\n[agent] Thought: clear it\nAction: bash\n\n```bash\nrm -rf /\n```"
    )
    assert trace is not None
    assert [(s.kind, s.name) for s in trace.steps][-1] == ("call", "bash")
    assert trace.steps[-1].text == "rm -rf /"
