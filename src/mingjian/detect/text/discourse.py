"""What the sentences of a Chinese text are for: to tell something, or to say what could stand
anywhere.

People's prose is uneven in what it tells: one sentence is full of numbers, names and quoted words,
the next has none. A model's sentences open by pointing back at the one before, judge more than they
tell, and close with an outlook. Written by hand; every pattern looks a few dozen characters ahead
at most, so none can be made slow.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import sqrt

from mingjian.detect.text.prose import Prose
from mingjian.domain.message import Message

_FACTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\d+(?:\.\d+)?%?|[一二三四五六七八九十百千万亿两]{1,6}(?=[个年月日天元名位人次项家条岁米吨公])",
        r"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
        r"魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
        r"易常武乔贺赖龚文][一-鿿]{1,2}(?:说|称|表示|介绍|告诉|先生|女士|教授|医生|局长|主任|老师)|"
        r"[一-鿿]{2,6}(?:省|市|县|区|镇|村|路|街|大学|医院|法院|公司|局|队|中学|小学)|[A-Z][A-Za-z]+",
        r"\d[年月日时点]|昨[天日晚]|今[天日晨]|前天|星期[一二三四五六日天]|周[一二三四五六日]|上午|下午|凌晨",
        r'"[^"]{2,80}"',
    )
)
"""Numbers, names of persons and places, times, quoted words."""
_JUDGES = re.compile(
    r"重要|关键|积极|显著|深刻|有效|充分|全面|丰富|独特|深远|广泛|巨大|良好|优秀|美好|极大|宝贵|必要|"
    r"不可或缺|不可忽视|坚实|持续|不断|进一步|更加|更好|有助于|有利于|促进|推动|提升|提高|"
    r"增强|体现|彰显|展现|意义|价值|影响|作用|贡献|发展|挑战|机遇|保障|支持|关注|努力|共同|未来|社会|"
    r"生活|方面|问题|情况|因素|方式|能力|水平|环境|需求"
)
"""Words that judge, or name no particular thing."""
_OUTLOOK = re.compile(
    r"总之|综上|总的来说|总而言之|因此|由此可见|让我们|相信|未来|共同|期待|希望|必将|只有|才能|不仅|更是|"
    r"值得|意义|奠定|美好|建议|需要注意|为.{2,20}(?:提供|带来|注入|贡献|奠定)|"
    r"引发.{0,10}(?:关注|讨论|思考)|提醒"
)
_BACK = re.compile(r"这|该|其|此|[他她它]|同时|因此|另外|然?而|并|也|还")
EMPTY = 2
"""A sentence without a fact that has so many judging words could stand in other texts,"""
ANYWHERE = 0.06
"""or one with more of them a character than this."""
_ALONE = 0.05
"""What a text of one sentence is taken to share with the sentence before."""


def names() -> tuple[tuple[str, Message, Message], ...]:
    """Id of each number, and what it says of a text where it is high, and where it is low."""
    m = Message
    return (
        ("facts", m("数字、名称、时间、引语多", "many numbers, names, times and quoted words"),
         m("数字、名称、时间、引语少", "few numbers, names, times and quoted words")),
        ("judging", m("评断多于事实", "more judging than facts"),
         m("事实多于评断", "more facts than judging")),
        ("empty", m("没有事实的评断句多", "many sentences that judge and tell nothing"),
         m("少有空泛的评断句", "hardly a sentence that judges and tells nothing")),
        ("anywhere", m("放在哪里都行的句子多", "many sentences that could stand anywhere"),
         m("少有放在哪里都行的句子", "hardly a sentence that could stand anywhere")),
        ("outlook", m("以展望、劝勉收尾", "ends with an outlook or advice"),
         m("收尾不作展望", "ends without an outlook")),
        ("points_back", m("句首多指回前文", "sentences that open by pointing back"),
         m("句首少指回前文", "few sentences that open by pointing back")),
        ("judging_spread", m("评断集中在少数句子", "judging words in a few sentences only"),
         m("评断匀布各句", "judging words in every sentence alike")),
        ("judging_range", m("有的句子满是评断", "a sentence of judging words beside plain ones"),
         m("各句评断相近", "sentences that judge about alike")),
        ("carried_over", m("相邻句用字相承", "neighbouring sentences share their words"),
         m("相邻句用字少有相承", "neighbouring sentences share few words")),
    )  # fmt: skip


def discourse(text: Prose) -> list[float]:
    """The numbers of a text, in the order of `names`."""
    sentences = [sentence.text for sentence in text.sentences] or ["一"]
    n, size = len(sentences), max(1, text.size)
    facts = [sum([len(one.findall(s)) for one in _FACTS]) for s in sentences]
    judging = [len(_JUDGES.findall(s)) for s in sentences]
    dense = [j / len(s) for j, s in zip(judging, sentences, strict=True)]
    mean = sum(dense) / n
    spread = sqrt(sum([(d - mean) ** 2 for d in dense]) / n)
    told, judged = sum(facts), sum(judging)
    plain = [fact == 0 for fact in facts]
    pairs = [{s[at : at + 2] for at in range(len(s) - 1)} for s in sentences]
    shared = [len(a & b) / max(1, min(len(a), len(b))) for a, b in pairwise(pairs)]
    return [
        sqrt(100 * told / size),
        (judged - told) / (judged + told + 2),
        sum([p and j >= EMPTY for p, j in zip(plain, judging, strict=True)]) / n,
        sum([p and d > ANYWHERE for p, d in zip(plain, dense, strict=True)]) / n,
        sqrt(100 * len(_OUTLOOK.findall(sentences[-1])) / len(sentences[-1])),
        sum([_BACK.match(s) is not None for s in sentences]) / n,
        spread / (mean + 0.01),
        max(dense) - min(dense),
        sum(shared) / len(shared) if shared else _ALONE,
    ]
