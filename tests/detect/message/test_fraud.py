"""`message.fraud`: what it measures, where it points, and that nothing hostile harms it."""

from __future__ import annotations

import contextlib
import json
import time
from importlib.resources import files

import pytest

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.message.fraud import MessageFraud
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextSpan
from mingjian.domain.weight import LikelihoodRatio
from mingjian.testing import assert_keeps_promise
from mingjian.testing.evidence import evidence_from, text_evidence
from mingjian.weigh.scale import Scale
from mingjian.weigh.scale_file import parse

NAMES = ("zh-message", "en-message", "zh-dialogue", "en-dialogue")
FRAUD_ZH = (
    "【市民服务】您的老年补贴卡即将作废，请在今日内打开 http://butie-gov.top/q 填写银行卡号和"
    "短信验证码，逾期不予办理。"
)
CALL_ZH = (
    "对方: 您好，我这边是市刑侦支队的，您名下有一张卡涉嫌洗钱。\n"
    "我: 不可能吧，我没办过。\n"
    "对方: 案件正在保密侦查，请找个没人的房间，不要告诉家人。\n"
    "我: 那我要怎么办？\n"
    "对方: 把存款转到安全账户核查，再把收到的验证码念给我。"
)
CALL_EN = (
    "caller: Hi, this is the refund desk of your antivirus. You were charged 399 dollars. "
    "receiver: I never bought that. "
    "caller: I can return it. Please install AnyDesk and let me connect to your computer. "
    "receiver: Okay, it is open. "
    "caller: Don't tell your bank, go and buy gift cards and read me the codes on the back."
)
ORDINARY = [
    "【物业】明早八点到十点清洗水箱，届时停水，请提前储水，不便之处敬请谅解。",
    "妈，我到公司了，晚上想吃饺子，您别忘了把阳台的衣服收一下。",
    "【反诈中心】接到自称公检法要求转账到安全账户的电话都是诈骗，不要透露验证码，请拨打96110。",
    "The plumber can come on Tuesday between nine and eleven, does that work for you?",
    "Your library books are due on Friday. You can renew them online or at the front desk.",
]


@pytest.fixture(scope="module")
def detector() -> MessageFraud:
    return MessageFraud({})


@pytest.fixture(scope="module")
def scales() -> list[Scale]:
    folder = files("mingjian.detect.message")
    return [
        Scale.from_json(parse(folder.joinpath(f"message.fraud.{name}.scale.json").read_bytes()))
        for name in NAMES
    ]


def measured(detector: MessageFraud, text: str, kind: EvidenceKind = EvidenceKind.TEXT) -> Finding:
    return next(iter(detector.examine(text_evidence(text, kind))))


def weighed(scales: list[Scale], finding: Finding) -> LikelihoodRatio:
    for scale in scales:
        if scale.population.outside(finding.context) is None:
            return scale.ratio(finding)
    return scales[0].ratio(finding)


def test_promise() -> None:
    examples = [text.encode() for text in (FRAUD_ZH, CALL_ZH, CALL_EN, *ORDINARY)]
    assert_keeps_promise(MessageFraud, examples)


@pytest.mark.parametrize("text", [FRAUD_ZH, CALL_ZH, CALL_EN])
def test_fraud_speaks_for_h1_and_names_its_request(
    detector: MessageFraud, scales: list[Scale], text: str
) -> None:
    finding = measured(detector, text)
    assert not finding.quiet
    assert weighed(scales, finding).log10_lr > 0.3
    key = [step for step in finding.details["stages"] if step["pivotal"]]  # type: ignore[attr-defined]
    assert len(key) == 1
    assert key[0]["stage"] == "transfer"
    shown = text[key[0]["start"] : key[0]["end"]].lower()
    assert any(word in shown for word in ("验证码", "安全账户", "gift cards", "codes", "银行卡"))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_messages_and_warnings_do_not(
    detector: MessageFraud, scales: list[Scale], text: str
) -> None:
    ratio = weighed(scales, measured(detector, text))
    assert ratio.log10_lr < 0.3
    assert not ratio.flagged


def test_a_dialogue_without_a_sign_is_no_strong_evidence(scales: list[Scale]) -> None:
    for name, scale in zip(NAMES, scales, strict=True):
        lowest, highest = scale.bounds
        assert lowest >= -1.0
        assert name.endswith("dialogue") or highest <= 1.0


@pytest.mark.parametrize("text", ["在吗", "ok see you", "好的", "thx", "👍", "明天见"])
def test_short_lines_get_no_weight(detector: MessageFraud, scales: list[Scale], text: str) -> None:
    try:
        finding = measured(detector, text, EvidenceKind.MESSAGE)
    except NotApplicable:
        return
    assert finding.quiet
    assert not weighed(scales, finding).opinion


def test_stages_name_the_turn_and_span(detector: MessageFraud) -> None:
    finding = measured(detector, CALL_ZH, EvidenceKind.DIALOGUE)
    stages = finding.details["stages"]
    assert isinstance(stages, list)
    by_stage = {step["stage"] for step in stages}
    assert {"urgency", "secrecy", "transfer"} <= by_stage
    secrecy = next(step for step in stages if step["stage"] == "secrecy")
    assert secrecy["turn"] == 3
    assert next(step for step in stages if step["pivotal"])["turn"] == 5
    for place in finding.where:
        assert isinstance(place, TextSpan)
        assert 0 <= place.start < place.end <= len(CALL_ZH)
    (table,) = finding.exhibits
    assert isinstance(table, TableExhibit)
    assert len(table.rows) == len(stages)


def test_turns_inside_json_are_named_by_number(detector: MessageFraud) -> None:
    turns = [part.split(": ", 1) for part in CALL_ZH.split("\n")]
    text = json.dumps([{"speaker": who, "text": words} for who, words in turns])
    finding = measured(detector, text, EvidenceKind.DIALOGUE)
    assert finding.context["form"] == "dialogue"
    assert not finding.quiet
    assert any(getattr(place, "name", "") == "turn 5" for place in finding.where)


def test_handles_are_listed_masked(detector: MessageFraud) -> None:
    text = "转到 6222 0212 3456 7890 123，微信号 abcd12345，详见 http://pay-x.top/a 验证码 482913"
    found = list(detector.examine(text_evidence(text)))
    handles = next(finding for finding in found if finding.signal == "message.handles")
    assert handles.details["counts"] == {"card": 1, "account": 1, "link": 1, "code": 1}
    shown = json.dumps(handles.exhibits[0].rows, default=str)  # type: ignore[union-attr]
    for secret in ("3456", "482913", "abcd12345"):
        assert secret not in shown
    assert text[handles.where[0].start : handles.where[0].end].startswith("6222")  # type: ignore[union-attr]


def test_long_numbers_are_masked_in_passages(detector: MessageFraud) -> None:
    text = "【银行】您的账户异常将被冻结，请立即转账到安全账户 6222021234567890123 并提供验证码"
    finding = measured(detector, text)
    assert "6222021234567890123" not in json.dumps(finding.exhibits, default=str)


def test_masks_of_collections_read_like_the_real_thing(detector: MessageFraud) -> None:
    real = measured(detector, "您的手机银行明日失效请立即登录 http://b.top/a 升级咨询13812345678")
    mask = measured(detector, "您的手机银行明日失效请立即登录URL升级咨询CELLPHONE")
    assert real.score == pytest.approx(mask.score)


def test_width_and_script_do_not_matter(detector: MessageFraud) -> None:
    plain = measured(detector, "您的账户积分即将过期,请立即登录兑换现金500元")
    wide = measured(detector, "您的帳戶積分即將過期，請立即登錄兌換現金５００元")
    assert plain.score == pytest.approx(wide.score)


def test_other_languages_are_not_measured(detector: MessageFraud) -> None:
    with pytest.raises(NotApplicable):
        measured(detector, "こんにちは、明日の会議は何時からですか。よろしくお願いします。")


@pytest.mark.parametrize(
    "hostile",
    [
        "转账" * 300_000,
        "0" * 1_000_000,
        "http://" * 150_000,
        "a:" * 400_000,
        "a.b" * 300_000,
        "give code " * 100_000,
        "(" * 1_000_000,
        "[" * 100_000,
        '{"turns":' * 50_000,
        "\u202e\x00\x01\x02\x03" * 100_000,
    ],
)
@pytest.mark.parametrize("kind", [EvidenceKind.TEXT, EvidenceKind.DIALOGUE])
def test_a_megabyte_of_anything_is_read_in_bounded_time(
    detector: MessageFraud, hostile: str, kind: EvidenceKind
) -> None:
    evidence = text_evidence(hostile, kind)
    begun = time.process_time()
    with contextlib.suppress(NotApplicable, NotExaminable):
        list(detector.examine(evidence))
    assert time.process_time() - begun < 10


def test_an_export_keeps_its_turns(detector: MessageFraud) -> None:
    export = "\n".join(
        f"2026-03-0{n} 10:0{n}:00 {who}\n{words}\n"
        for n, (who, words) in enumerate(
            [
                ("李", "猜猜我是谁，换号了，存一下"),
                ("我", "老王？"),
                ("李", "是我，急用钱，先转我五千元，别告诉别人"),
            ],
            1,
        )
    )
    evidence = evidence_from(export.encode())[0]
    assert evidence.kind is EvidenceKind.DIALOGUE
    finding = next(iter(detector.examine(evidence)))
    assert not finding.quiet
    pivotal = next(step for step in finding.details["stages"] if step["pivotal"])  # type: ignore[attr-defined]
    assert "五千元" in export[pivotal["start"] : pivotal["end"]]
