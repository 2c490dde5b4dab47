"""One skeleton with different fill, among mails that have nothing in common."""

from __future__ import annotations

import pytest

from mingjian.detect.contract import NotApplicable
from mingjian.detect.mail.campaign import Campaign, clusters, fingerprint
from mingjian.testing import assert_keeps_promise, evidence_from

FILL = [("Ann", "4,200", "a1.example"), ("Ben", "17", "b.example"), ("Chloé", "980", "c.example")]
SKELETON = (
    "Dear {0}, we noticed that your grant of ${1} has not been collected yet and will lapse on "
    "Friday. Please open https://{2}/claim and fill in the form so that we can send it to you."
)
OTHERS = [
    "The train leaves at nine, I will meet you at the station and bring the blue tent along with "
    "the boots you lent me in spring, if they still fit after all that rain.",
    "Minutes of the meeting: the importer ships first, the plan is updated by Monday, and somebody "
    "has to find out who owns the staging data before we copy it again.",
]
ZH = (
    "尊敬的{0}，您有一笔{1}元的补贴尚未领取，请于本周五前打开{2}填写资料，"
    "逾期视为自动放弃，感谢您的配合与支持。"
)


def mbox(bodies):
    return "".join(
        f"From x@y Mon Jan  1 00:00:0{i % 10} 2024\nFrom: a@s{i}.example\nSubject: n{i}\n\n"
        f"{body}\n\n"
        for i, body in enumerate(bodies)
    ).encode()


def examine(bodies):
    return list(Campaign({}).examine(evidence_from(mbox(bodies), "box.mbox")[0]))


def test_a_skeleton_is_found_among_others():
    (finding,) = examine([OTHERS[0], *(SKELETON.format(*fill) for fill in FILL), OTHERS[1]])
    assert finding.details["messages"] == [2, 3, 4]
    assert finding.details["senders"] == 3
    assert not finding.quiet


def test_chinese_skeletons_too():
    prints = [fingerprint(ZH.format(*fill)) for fill in FILL]
    assert clusters(prints) == [[0, 1, 2]]


def test_different_mails_are_no_campaign():
    (finding,) = examine([*OTHERS, SKELETON.format(*FILL[0])])
    assert finding.quiet
    assert finding.details["compared"] == 3


def test_short_texts_are_not_compared():
    assert fingerprint("ok thanks") is None


def test_a_single_mail_is_not_for_it():
    with pytest.raises(NotApplicable):
        list(Campaign({}).examine(evidence_from(b"From: a@b.c\nSubject: x\n\nhello")[0]))


def test_promise():
    assert_keeps_promise(Campaign, [mbox(OTHERS)], arbitrary=40)
