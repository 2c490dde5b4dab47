"""The two detectors as an examiner meets them, and the promise on hostile bytes."""

from __future__ import annotations

import json
import time

import pytest

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.mail.acts import found_acts, made_alike, veiled_words
from mingjian.detect.mail.authentication import Authentication
from mingjian.detect.mail.denied import DENIED
from mingjian.detect.mail.phishing import Phishing
from mingjian.domain.evidence import EvidenceKind
from mingjian.testing import assert_keeps_promise, evidence_from

PHISH = (
    "Mailbox notice\nDear user, your mailbox will be deactivated today. Verify your account within "
    "24 hours by signing in here with your password: http://185.3.4.5/owa or lose all messages."
)
PLAIN = (
    "Notes\nHi Ben, thanks for the meeting. I attached my draft; let me know your thoughts by "
    "Friday. If you already sent them, please ignore this. See you on Monday, Ann"
)
PHISH_ZH = "邮箱升级通知\n尊敬的用户，请立即点击链接登录并填写账号和密码，逾期邮箱将被停用：http://185.3.4.5/a"
PLAIN_ZH = (
    "周会纪要\n各位好，周会纪要见附件，周三前有意见请告诉我。个人无需操作，谢谢大家，下周一见。"
)
RAW = (
    "From: Ann <ann@orchard.example>\nTo: b@c.example\nSubject: Jam\n"
    "Received: from a.orchard.example by mx.c.example; Mon, 1 Jan 2024 00:00:00 +0000\n\n"
    "Hello Ben, the jam is ready.\n"
)
BROKEN = (
    b"From: a@b\nSubject: =?utf-8?B?////?=\nContent-Type: multipart/mixed; boundary=x\n\n--x\n--y"
)


def mail(text):
    data = text if isinstance(text, bytes) else text.encode()
    return evidence_from(data, declared=EvidenceKind.MAIL)[0]


def measure(text):
    (finding,) = Phishing({}).examine(mail(text))
    return finding


def test_lures_measure_higher_than_ordinary_mail_in_both_languages():
    assert measure(PHISH).score > measure(PLAIN).score + 2
    assert measure(PHISH_ZH).score > measure(PLAIN_ZH).score + 2


def test_a_bare_body_says_so_and_nothing_is_made_of_it():
    finding = measure(PLAIN)
    assert finding.context["form"] == "bare"
    assert finding.details["headers"] == "none"
    assert "no headers" in finding.because.en
    (fact,) = Authentication({}).examine(mail(PLAIN))
    assert fact.signal == "mail.no_headers"
    assert fact.quiet


def test_places_hold_the_words_they_are_said_to():
    finding = measure(PHISH)
    shown = " ".join(PHISH[span.start : span.end] for span in finding.where)
    for words in ("24 hours", "password", "Verify your account"):
        assert words in shown


def test_a_letter_with_headers_shows_its_acts_and_their_passages_masked():
    head = "From: Desk <a@desk.example>\nSubject: Mailbox notice\nContent-Type: text/plain\n\n"
    body = (
        "Dear user, verify your account within 24 hours. Sign in with your password or write to "
        "help@desk.example, telephone 0571 8800 1234."
    )
    finding = measure(head + body)
    text, acts = (one for one in finding.exhibits if one.title.en.startswith("Acts"))
    marked = {text.text[mark.start : mark.end] for mark in text.marks}
    assert "Dear user, verify your account within 24 hours" not in marked
    assert "verify your account within 24 hours" in marked
    passages = {passage for _, passage in acts.rows}
    assert passages >= marked
    assert "help@" not in text.text
    assert "8800" not in text.text
    assert len(text.text) == len(f"Mailbox notice\n{body}")
    assert not finding.where


def test_headers_and_parts_move_the_measurement():
    forged = RAW.replace("Ann <ann@orchard.example>", "PayPal <a@paypal-help.top>")
    assert measure(forged).score > measure(RAW).score + 2
    assert measure(RAW).context["form"] == "raw"


def test_words_written_to_be_misread_are_read():
    veiled = "Yоur аccоunt hаs been lоcked, vеrify your account"
    assert veiled_words(veiled) >= 3
    assert "verify" in found_acts(made_alike(veiled), "en")
    assert veiled_words("𝐀𝐜𝐭 𝐧𝐨𝐰") == 2
    assert veiled_words("Привет, мир and hello") == 0
    assert "verify" in found_acts(made_alike("Vérífy yóúr accóúnt"), "en")


def acts_in(text: str) -> set[str]:
    return set(found_acts(made_alike(text), "en"))


def test_a_check_of_an_address_is_not_a_check_of_an_account():
    assert "address_check" in acts_in("Please confirm your e-mail address: https://a.example/x")
    assert "verify" not in acts_in("Please confirm your e-mail address: https://a.example/x")
    assert "verify" in acts_in("Verify your email account to go on receiving mail")
    assert "verify" in acts_in("Update your e-mail before midnight")
    assert "verify" in acts_in("Confirm your delivery address")


def test_a_shop_that_sells_gift_cards_asks_for_none():
    assert "gift_cards" in acts_in("Could you get five gift cards and send me the codes?")
    assert "gift_cards" not in acts_in("Shoes, bags, gift cards. Opening hours")


def test_authentication_states_facts():
    findings = {finding.signal: finding for finding in Authentication({}).examine(mail(RAW))}
    assert "no results" in findings["mail.authentication_results"].because.en
    assert findings["mail.relays"].details == {"relays": 1, "breaks": 0}
    assert all(finding.score is None for finding in findings.values())


def test_a_reply_address_of_a_help_desk_is_told_quietly():
    text = RAW.replace("Subject", "Reply-To: help@desk.example\nSubject")
    findings = {finding.signal: finding for finding in Authentication({}).examine(mail(text))}
    assert findings["mail.sender.reply_elsewhere"].quiet
    assert measure(text).score - measure(RAW).score < 0.3


def test_key_file(tmp_path):
    keys = tmp_path / "keys.txt"
    keys.write_text("# ours\ns1._domainkey.a.example. v=DKIM1; p=AAAA\n", "utf-8")
    assert Authentication({"dkim_keys": str(keys)})._keys == {
        "s1._domainkey.a.example": "v=DKIM1; p=AAAA"
    }
    with pytest.raises(Unavailable):
        Authentication({"dkim_keys": str(tmp_path / "none")})


def test_a_mailbox_is_left_to_its_parts():
    box = b"From a@b Mon Jan  1 00:00:00 2024\nFrom: a@b.example\nSubject: x\n\nhello\n"
    evidence = evidence_from(box, "a.mbox")
    assert evidence[0].format == "mbox"
    with pytest.raises(NotApplicable):
        list(Phishing({}).examine(evidence[0]))
    assert list(Phishing({}).examine(evidence[1]))


@pytest.mark.parametrize(
    "text",
    ["click " * 200_000, "a@" * 500_000, "[a" * 500_000, "x." * 500_000, "输入" * 300_000,
     "<a href=http://a.b>" * 50_000, "<p>words" + "<div>" * 200_000, "new " * 250_000],
)  # fmt: skip
def test_a_megabyte_of_hostile_text_is_bounded(text):
    started = time.monotonic()
    for detector in (Phishing({}), Authentication({})):
        list(detector.examine(mail(text)))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("detector", [Phishing, Authentication])
def test_promise(detector):
    html = "From: a@b.example\nSubject: x\nContent-Type: text/html\n\n<a href='//x.y'>sign in</a>"
    examples = [text.encode() for text in (RAW, html, PHISH, PHISH_ZH)]
    assert_keeps_promise(detector, [*examples, BROKEN], arbitrary=40)


def test_the_finding_is_json():
    json.dumps(measure(RAW).details)


@pytest.mark.parametrize(
    ("act", "texts"),
    [
        ("mailbox_trouble", ("Your mailbox has exceeded its quota.", "您的邮箱空间已满")),
        ("parcel_trouble", ("Pay the customs fee to get it.", "包裹因地址不详无法派送")),
        ("fortune", ("My late husband left a deposit.", "巨额遗产愿与您捐赠分成")),
        ("wallet", ("Connect your wallet today.", "连接钱包验证后发放")),
        ("junk", ("Hot women near you", "三天根治脱发")),
        ("address_as_name", ("Hello ann@orchard.example, look", "您好 ann@orchard.example：")),
        ("named_greeting", ("Hi Nora, how are you?", "王芳女士您好")),
        ("reward", ("You have been chosen for our giveaway", "免费领取奖品")),
        ("masked_account", ("the card ending in 4821", "尾号4821的储蓄卡")),
        ("you_asked", ("You recently requested a copy.", "感谢您的购买")),
        ("first_contact", ("I found your profile by chance", "冒昧来信，想交个朋友")),
        ("warns_of_fraud", ("Scammers send fake invoices", "谨防有人冒充本行")),
        ("own_way", ("Please bring your card to the desk", "请携带证件到服务台")),
        ("person_answers", ("Just reply to this email.", "如有疑问请来电")),
    ],
)
def test_acts_of_today_are_found_in_both_languages(act: str, texts: tuple[str, str]) -> None:
    for text, language in zip(texts, ("en", "zh"), strict=True):
        assert act in found_acts(made_alike(text), language), text


@pytest.mark.parametrize(
    ("act", "named", "done"),
    [
        (
            "credentials",
            "We never ask you to enter your password.",
            "If you do not enter your password today, access ends.",
        ),
        (
            "payment",
            "Scammers tell people to transfer money to a safe account.",
            "Please transfer the money to this account.",
        ),
        ("credentials", "我们不会要求您输入密码。", "请输入密码，以免停用。"),
        ("payment", "骗子会催您转账。", "请今天转账。"),
        ("verify", "您无需验证身份。", "特别提醒，请验证身份。"),
    ],
)
def test_an_act_denied_or_told_of_swindlers_is_not_done(act: str, named: str, done: str) -> None:
    language = "en" if named.isascii() else "zh"
    seen = found_acts(made_alike(named), language)
    assert act not in seen
    assert DENIED in seen
    assert act in found_acts(made_alike(done), language)


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    text = "請於今日登入並輸入帳號和密碼：https://a.example/x"
    made = made_alike(text)
    assert made.text.startswith("请于今日登入并输入账号和密码")
    (place, *_) = found_acts(made, "zh")["credentials"]
    assert "輸入帳號和密碼" in text[place.start : place.end]
