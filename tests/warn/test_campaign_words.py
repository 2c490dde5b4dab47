"""What copies share, in words; how they grow; which of them are an input for alerts."""

from __future__ import annotations

import numpy as np

from mingjian.warn.alert import alarm_from
from mingjian.warn.campaign_growth import DAY, HOUR, growth, new_templates
from mingjian.warn.campaign_text import LONGEST, masked, runs_of_texts
from mingjian.warn.campaign_words import wording
from mingjian.warn.grades import own_rule


def test_fill_becomes_signs_and_sets_of_runs_are_equal() -> None:
    one = "【云上】您的快件SF123456已到，点http://a.example/x?id=7查看，余额１２.5元"
    other = "【云上】您的快件9已到,点 www.b-c.com/y 查看,余额300元"
    assert masked("Call 138-0013-8000, NOW or mail A.b@c.example") == (
        "call \ue003, now or mail \ue002"
    )
    runs = runs_of_texts([one, other, "", "好"])
    whole = runs.whole()
    assert whole[0] == whole[1]
    assert runs.sizes.tolist()[2:] == [0, 0]


def test_only_so_much_of_a_text_is_read() -> None:
    runs = runs_of_texts(["同" * 3 + "x" + "乙" * LONGEST + "尾巴上的字", "甲乙丙丁"])
    assert runs.sizes.tolist()[1] == 2
    assert runs_of_texts(["ab\ncd ef\n", "x"]).sizes.tolist() == [2, 0]


def test_a_skeleton_marks_its_slots() -> None:
    found = wording(
        [
            f"尊敬的{name}，您的社保卡将于{n}月停用，请点http://{name}.example/a核验身份"
            for n, name in enumerate(("abcd", "efgh", "ijkl", "mnop"), 1)
        ]
    )
    assert found.skeleton == "尊敬的〔…〕,您的社保卡将于〔number〕月停用,请点〔link〕核验身份"
    assert found.kept > 0.9


def test_sentences_said_in_several_ways_are_shown_as_phrases() -> None:
    first = ("名下的医保卡存在异地报销", "系统检测到医疗账户异常", "参保资料没有通过年审")
    second = ("请拨打电话转人工核实", "请登录网页补全信息", "请回电工号办理恢复")
    found = wording([f"{a}，{b}。" for a in first for b in second])
    assert found.kept < 0.5
    assert {phrase.text for phrase in found.phrases} <= {*first, *second}
    assert found.phrases[0].share == 0.33


def test_one_text_and_odd_texts() -> None:
    assert wording(["仅此一条"]).skeleton == "仅此一条"
    assert wording(["", "  "]).kept == 0
    assert len(wording(["长" * 5000] * 2).skeleton) < 400


def test_counts_by_hour_and_day() -> None:
    found = growth(np.array([np.nan, 10.0, HOUR + 1, HOUR + 2, DAY + 5]))
    assert found is not None
    assert (found.timed, found.first, found.last) == (4, 10.0, DAY + 5)
    assert found.per_hour == ((0.0, 1), (HOUR, 2), (DAY, 1))
    assert found.per_day == ((0.0, 3), (DAY, 1))
    assert growth(np.array([np.nan])) is None


def test_new_and_growing_templates_are_told_as_alarms() -> None:
    now = 10 * DAY
    fresh = [now - HOUR * n / 4 for n in range(12)]
    rising = [now - 5 * DAY, *[now - 1.5 * DAY] * 4, *[now - HOUR] * 15]
    steady = [now - HOUR * n for n in range(200)]
    late = [now - 1.2 * DAY, *[now - HOUR] * 15]
    few = [now - 1.0] * 9
    found = new_templates([(1, fresh), (2, rising), (3, steady), (4, few), (5, late)], now)
    assert [(one.campaign, one.what) for one in found] == [(2, "growing"), (1, "new")]
    assert (found[0].recent, found[0].before) == (15, 4)
    alarm = found[0].alarm(own_rule())
    assert (alarm.kind, alarm.grade, alarm.subject) == ("campaign", "blue", "campaign 2")
    assert alarm.why == found[0].because
    assert alarm_from(alarm.as_json()) == alarm
