"""The measurement of generated text: what it says, what it refuses to say, and how it explains."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from mingjian.detect.contract import NotApplicable
from mingjian.detect.text.ai_generated import AiGenerated, _because, model
from mingjian.detect.text.generated_model import READINGS
from mingjian.detect.text.prose import prose
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding, TextSpan
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted
from mingjian.weigh.scale import load_scales

MODEL_ZH = (
    "随着城市化进程的不断加快，社区公共空间的建设日益受到社会各界的关注。首先，合理规划的公共空间能够为居民"
    "提供休闲与交流的场所，有效增强邻里之间的联系。其次，良好的绿化环境有助于改善空气质量，提升居民的生活"
    "品质。此外，社区还可以通过举办丰富多彩的文化活动，进一步激发居民的参与热情。然而，在实际推进过程中，"
    "仍面临资金不足、管理不善等挑战。因此，需要政府、企业与居民共同努力，携手打造更加美好的宜居家园。"
)
PERSON_ZH = (
    "楼下那家修鞋的摊子上礼拜收了。老头姓葛，江苏人，在这路口蹲了有十六七年，我脚上这双皮鞋的跟他换过三回，"
    "头一回八块，后来十五，再后来二十，他自己都不好意思张嘴。我问他往后干啥，他说回去带孙子呗，又说手抖，锥子"
    "老扎着自个儿。走那天他把剩的半盒鞋钉给了隔壁配钥匙的，机器卖废铁，四十三斤，一块二一斤。我算了算，"
    "五十一块六。他冲我摆摆手，说零头不要了，也不知道是跟谁说。"
)
MODEL_EN = (
    "Community gardens have emerged as a powerful way to foster connection and promote sustainable "
    "living in urban areas. By transforming unused spaces into vibrant green havens, these "
    "initiatives provide residents with access to fresh produce while enhancing the overall "
    "well-being of the neighborhood. Additionally, gardens serve as valuable educational spaces, "
    "offering opportunities for people of all ages to learn about nutrition, ecology, and "
    "responsible stewardship. However, challenges such as limited funding and maintenance can "
    "hinder their long-term success. Ultimately, by investing in these shared spaces, "
    "communities can cultivate resilience, inclusivity, and a deeper sense of belonging for "
    "generations to come."
)
PERSON_EN = (
    "We lost the allotment in March. The letter said 'surplus to requirements', which made Brian "
    "laugh, because he'd had the same plot since 1986 and never once had a surplus of anything "
    "but slugs. There were eleven of us at the end. I got my shed out in the back of Kev's van in "
    "two goes, the second go in the dark, and the bit with the window fell off on the A46 "
    "somewhere near the garden centre and is probably still there. They're building flats. I went "
    "past last week. Somebody had left the rhubarb, it was coming up through the hardcore like it "
    "hadn't read the letter either. I didn't stop. I did slow down, though."
)
LEARNER_EN = (
    "Nowadays many people think that the students must wear uniform in the school, and in my "
    "opinion it is a good idea for several reasons. First of all, the uniform is more cheap than "
    "buy new clothes every month. For example my sister she has only two uniforms and my mother "
    "wash them in the weekend. Secondly, when all students wear same clothes nobody can know who "
    "is rich and who is poor, so there is less problems between them. On the other hand, some "
    "students say that uniform is boring and they can not show their personality. In conclusion, "
    "I agree with uniform but I think that the school should to ask the students about the colour."
)

LEARNER_ZH = (
    "我是去年九月来哈尔滨的，来以前我不知道这里那么冷。我的国家没有雪，所以第一次下雪的时候我跟同屋一起跑出去"
    "照相，照了两个小时，手都没有感觉了。后来我感冒了一个星期，老师给我买了药，她说你们每年都这样。我觉得学汉语"
    "最难的不是汉字，是声调。有一次我想买盐，可是售货员给我拿了烟，我说不对不对，她又拿了一种别的烟。旁边的人"
    "都笑了，我也笑了。现在我买东西以前先在家里说十遍。"
)


@pytest.fixture(scope="module")
def detector() -> AiGenerated:
    return AiGenerated({})


def _finding(detector: AiGenerated, text: str) -> Finding:
    (finding,) = detector.examine(as_accepted(text.encode(), EvidenceKind.TEXT))
    return finding


def _scales() -> dict[str, object]:
    from importlib.resources import files

    folder = files("mingjian.detect.text")
    found = {}
    for name in ("zh-short", "zh-long", "en"):
        scales = load_scales([folder.joinpath(f"text.generation.{name}.scale.json")])
        (found[name],) = scales["text.generation"]
    return found


def test_keeps_the_promise() -> None:
    assert_keeps_promise(AiGenerated, examples=[MODEL_ZH.encode(), PERSON_EN.encode()])


@pytest.mark.parametrize(("model", "person"), [(MODEL_ZH, PERSON_ZH), (MODEL_EN, PERSON_EN)])
def test_ranks_a_stock_text_above_a_personal_one(
    detector: AiGenerated, model: str, person: str
) -> None:
    high, low = _finding(detector, model), _finding(detector, person)
    assert high.score is not None
    assert low.score is not None
    assert high.score > 1 > -0.5 > low.score
    assert low.quiet
    assert not high.quiet


def test_a_learners_essay_is_not_flagged(detector: AiGenerated) -> None:
    scale = _scales()["en"]
    assert not scale.ratio(_finding(detector, LEARNER_EN)).flagged  # type: ignore[attr-defined]


def test_a_chinese_learners_essay_is_not_flagged(detector: AiGenerated) -> None:
    scale = _scales()["zh-short"]
    assert not scale.ratio(_finding(detector, LEARNER_ZH)).flagged  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("language", "text"), [("zh-short", MODEL_ZH[:60]), ("en", MODEL_EN[:200])]
)
def test_no_opinion_on_short_text(detector: AiGenerated, language: str, text: str) -> None:
    weight = _scales()[language].ratio(_finding(detector, text))  # type: ignore[attr-defined]
    assert not weight.opinion
    assert weight.log10_lr == 0
    assert "length" in weight.why.en


def test_every_longer_chinese_text_has_one_scale() -> None:
    short, long = (_scales()[name] for name in ("zh-short", "zh-long"))
    for length in (99, 100, 299, 300, 5_000):
        context = {"language": "zh", "form": "prose", "length": float(length)}
        fit = [not one.population.unmet(context) for one in (short, long)]  # type: ignore[attr-defined]
        assert fit == [100 <= length < 300, length >= 300]
    reach = [one.bounds[1] - one.bounds[0] for one in (short, long)]  # type: ignore[attr-defined]
    assert reach[1] > reach[0]


def test_the_reason_names_traits_and_limits_and_accuses_nobody(detector: AiGenerated) -> None:
    because = _finding(detector, MODEL_EN).because
    assert "cannot tell who" in because.en
    assert "不能说明由谁写成" in because.zh
    assert ":" in because.en
    for word in ("cheat", "plagiar", "suspect"):
        assert word not in because.en


def test_spans_are_sentences_of_the_text(detector: AiGenerated) -> None:
    finding = _finding(detector, MODEL_ZH)
    assert 1 <= len(finding.where) <= 3
    for place in finding.where:
        assert isinstance(place, TextSpan)
        assert MODEL_ZH[place.start : place.end].strip().endswith("。")


def test_three_way_nearness_sums_to_one(detector: AiGenerated) -> None:
    near = _finding(detector, MODEL_ZH).details["three_way"]
    assert isinstance(near, dict)
    assert set(near) == {"human", "generated", "refined"}
    assert sum(near.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", [MODEL_ZH, PERSON_ZH, MODEL_EN, PERSON_EN])
def test_the_odds_of_the_two_readings_are_added(detector: AiGenerated, text: str) -> None:
    finding = _finding(detector, text)
    logits = finding.details["readings"]
    assert isinstance(logits, dict)
    added = [
        share * math.exp(logit)
        for share, logit in zip(READINGS.values(), logits.values(), strict=True)
    ]
    assert sum(READINGS.values()) == 1
    assert finding.score == pytest.approx(math.log(sum(added)), abs=1e-3)
    language = "zh" if text in (MODEL_ZH, PERSON_ZH) else "en"
    measured = model(language).measure(prose(text, language))
    assert measured.leading == added.index(max(added))
    assert measured.by is measured.reads[measured.leading]


@pytest.mark.parametrize(
    "text", ["Это русский текст, который не измеряется здесь никак.", "12 34 56", "", "好的。"]
)
def test_other_languages_and_scraps_are_not_measured(detector: AiGenerated, text: str) -> None:
    with pytest.raises(NotApplicable):
        _finding(detector, text)


def test_typing_does_not_move_the_measurement(detector: AiGenerated) -> None:
    """Width of punctuation, curly quotes, line breaks and a cut at the end are not style."""
    score = _finding(detector, MODEL_ZH).score
    half = MODEL_ZH.replace("，", ",").replace("。", ".\n")
    assert _finding(detector, half).score == pytest.approx(score, abs=0.15)
    curly = PERSON_EN.replace("'", "’")
    assert _finding(detector, curly).score == _finding(detector, PERSON_EN).score
    cut = PERSON_EN + " And then I went back and"
    assert _finding(detector, cut).score == _finding(detector, PERSON_EN).score


def test_tables_and_code_have_no_opinion(detector: AiGenerated) -> None:
    code = "the value is for (i = 0; i < n; i++) { x[i] = y[i] * 2; } // and so on\n" * 30
    finding = _finding(detector, code)
    assert finding.context["form"] == "other"
    assert not _scales()["en"].ratio(finding).opinion  # type: ignore[attr-defined]


def test_a_dialogue_has_no_opinion(detector: AiGenerated) -> None:
    turns = (
        "R: 你好，我想订两张明天去苏州的票，要靠窗的。\nL: 好的，请问几点的车？上午还有三趟。\n" * 6
    )
    assert _finding(detector, turns).context["form"] == "dialogue"


def test_a_measurement_in_the_middle_leans_to_neither() -> None:
    text = prose(MODEL_EN, "en")
    measured = replace(model("en").measure(text), score=0.4)
    assert "leans to neither" in _because(text, measured).en
    assert "不偏向任何一方" in _because(text, measured).zh


@pytest.mark.parametrize(
    "unit",
    ['"', ". ", "a'", " n ", "* ", "a@", "\n-", "the, and ", "不仅", "、一", "--", "(a) "],
)
def test_hostile_text_is_read_in_bounded_time(detector: AiGenerated, unit: str) -> None:
    evidence = as_accepted((unit * 1_000_000)[:1_000_000].encode(), EvidenceKind.TEXT)
    before = time.process_time()
    with suppress(NotApplicable):
        list(detector.examine(evidence))
    assert time.process_time() - before < 3


def test_the_topic_of_chinese_is_veiled() -> None:
    from mingjian.detect.text.veil import veil_chinese

    cat, dog = veil_chinese("我的小猫在2024年喜欢吃鱼。"), veil_chinese("我的小狗在17年喜欢吃肉。")
    assert "猫" not in cat
    assert cat.endswith("。")
    assert "0" in cat
    # Frequent words stay apart from one another, rarer ones of a kind become alike.
    assert veil_chinese("我们也是") != veil_chinese("他们就是")
    assert veil_chinese("餐厅") == veil_chinese("车站")
    assert len(cat) == len(dog)
    # The second line hides all but small words.
    first, second = veil_chinese("我们喜欢吃鱼，他们喜欢吃肉。").split("\n")
    assert len(second) < len(first)
    assert not set("喜欢吃鱼肉") & set(second)
