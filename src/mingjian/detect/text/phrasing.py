"""Turns of phrase in Chinese prose, as patterns, and the rhythm of its clauses.

The families of `families` count words; these count what a word alone does not show: who is named
as a source, how exact a time is, whether a clause defines, advises or draws a moral, how much of a
text is made of the commonest characters. Written by hand; no pattern can look further than a few
dozen characters, so none can be made slow.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import sqrt

from mingjian.domain.message import Message

_TURNS: tuple[tuple[str, str, str, str], ...] = (
    ("agency", "新闻电头、记者署名", "a news agency's marks",
     r"记者|新华社|中新网|中新社|本报|日电|电\(|通讯员|编辑|\(完\)|本台|"
     r"客户端|公众号|微博|视频显示|通报"),
    ("said", "“某某说”一类直接转述", "plain “said” and “told”",
     r"说[,:。]|告诉|坦言|回忆|称[,:]|直言|笑着|透露|问[,:]|答[,:]|"
     r"喊|讲"),
    ("vague_source", "“业内人士”“相关部门”等泛指的出处", "sources without a name",
     r"业内人士|专家表示|专家指出|专家认为|有关部门|相关部门|相关负责人|有关负责人|"
     r"分析人士|业内专家|相关专家|有专家|据了解|据悉|据报道|有观点|研究表明|数据显示|"
     r"社会各界|广大|各方|公众"),
    ("vague_time", "“近日”“随着”等笼统的时间", "vague times",
     r"近日|近年来|日前|近期|当前|如今|随着|目前|不断|日益|未来|长期以来|与时俱进|"
     r"新时代|时代"),
    ("exact_time", "具体的日子、钟点", "exact days and hours",
     r"\d月|\d日|\d年|\d时|\d分|点钟|点半|上午|下午|昨|前天|"
     r"周[一二三四五六日]|星期|腊月|正月|凌晨|半夜|傍晚"),
    ("advice", "建议、劝告语", "words of advice",
     r"建议|务必|避免|咨询|及时|保持|合理|注意|适当|适量|定期|选择|尽量|尽早|"
     r"确保|了解|根据|切勿|采取|考虑"),
    ("appeal", "号召语", "appeals",
     r"呼吁|期待|希望|让我们|相信|共同|携手|铭记|珍惜|我们应|我们要|我们需"),
    ("policy", "“加强”“完善”一类施政用语", "words of policy",
     r"加强|完善|推进|落实|健全|强化|统筹|加大|深化|优化|引导|监管|机制|体系|"
     r"力度|监督|责任|管理"),
    ("lyric", "“仿佛”“悄然”一类抒情词", "lyrical words",
     r"仿佛|微笑|阳光|温暖|心中|眼中|目光|静静|轻轻|缓缓|涌起|悄然|那一刻|宁静|"
     r"岁月|心灵|希望|梦想|勇气|绽放|弥漫|微风|诉说|洒"),
    ("measure", "量词、计量单位", "units and measure words",
     r"元|块|斤|米|公里|岁|名|次|倍|号|毫升|克|亩|吨|度|%|栋|层|趟|户|辆|"
     r"家|台"),
    ("approx", "约数", "rough numbers",
     r"约|左右|余|大概|来[个天年]|几[个天年]|多[个天年]|上下|不到|将近|近\d|"
     r"差不多"),
    ("mean_that", "“这意味着”“此举”一类评断语", "“this means” and its like",
     r"这意味着|这表明|这说明|这反映|反映出|体现了|表明了|揭示|这一事件|此举|"
     r"这一举措|该事件|这起|这次|这也|这不仅|更是|无疑|标志着"),
    ("as_thing", "“作为”“是一种”一类下定义的说法", "phrases that define",
     r"作为|成为|是一[种个项款]|之一|具有|拥有|具备|以其|凭借|源于|被誉为|被称为|"
     r"有着"),
    ("list", "“首先”“一是”一类分条语", "words that number points",
     r"一是|二是|三是|第一[,、]|第二[,、]|第三[,、]|首先|其次|再次|最后,|"
     r"一方面|另一方面|以下|方面:|此外|另外|同时|其一|其二"),
    ("concede", "转折语", "turns such as “but” and “although”",
     r"然而|尽管|虽然|但是|不过|但[^是]|可是|却|不料|谁知|偏偏|倒"),
    ("suffix", "“某某性、某某化”一类抽象词", "abstract words in -ness and -ity",
     r"[一-鿿]{2}(?:性|化|感|力|度|率)(?=[的、,。和与等])"),
    ("bring", "“为……提供、带来……”", "“provides … for …”",
     r"为[^,。]{2,16}(?:提供|带来|注入|奠定|做出|作出|增添|打下|创造|"
     r"贡献)"),
    ("reach", "“得到、产生……的”", "“gains” and “brings about”",
     r"(?:得到|受到|获得|取得|引起|引发|造成|产生|带来|"
     r"形成)了?[^,。]{0,8}(?:的)"),
    ("via", "“通过……从而……”", "“through … thereby …”",
     r"通过[^,。]{2,20}[,]|以[^,。]{2,16}为|从而|使得|进而|以便|"
     r"以此|有助于|有利于|旨在|致力于"),
    ("colloq", "口语里的小字眼", "small words of speech",
     r"[了着过]个|[给跟叫把]|就是|这么|那么|怎么|哪|啥|咱|俩|得了|起来|下去|"
     r"上来|过来|儿[,。的]|头[儿上]"),
    ("name_said", "有名有姓的人说的话", "words of persons with a name",
     r"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文][一-鿿]{1,2}(?:说|"
     r"告诉|介绍|表示|称|认为|坦言|回忆|指出|在接受)"),
    ("paren", "短括注、短引号", "short asides and short quotes",
     r'\([^)]{1,20}\)|"[^"]{1,8}"'),
)  # fmt: skip
_RHYTHM: tuple[tuple[str, Message, Message], ...] = (
    ("parallel", Message("相邻片段等长的多", "neighbouring clauses of one length"),
     Message("相邻片段少有等长", "hardly two neighbouring clauses of one length")),
    ("four", Message("四字片段多", "many clauses of four characters"),
     Message("四字片段少", "few clauses of four characters")),
    ("long_clause", Message("长片段多", "many long clauses"),
     Message("长片段少", "few long clauses")),
    ("tiny_clause", Message("极短的片段多", "many very short clauses"),
     Message("极短的片段少", "few very short clauses")),
    ("common_150", Message("最常用的 150 字占得多", "much made of the 150 commonest characters"),
     Message("最常用的 150 字占得少", "little made of the 150 commonest characters")),
    ("common_400", Message("最常用的 400 字占得多", "much made of the 400 commonest characters"),
     Message("最常用的 400 字占得少", "little made of the 400 commonest characters")),
    ("common_900", Message("生僻字少", "few rare characters"),
     Message("生僻字多", "many rare characters")),
)  # fmt: skip
_CLAUSE = re.compile(r'[,;:。.!?—…"、]+')


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for _, _, _, pattern in _TURNS)


@lru_cache(maxsize=1)
def _common() -> dict[str, int]:
    """Rank of each of the some 900 characters that were commonest in every source of the first
    training rows. They stay as they are: a refit does not move the traits."""
    told = json.loads(files(__package__).joinpath("common_characters.json").read_text("utf-8"))
    return {char: rank for rank, char in enumerate("".join(told))}


def names() -> tuple[tuple[str, Message, Message], ...]:
    """Id of each number, and what it says of a text where it is high, and where it is low."""
    turns = tuple(
        (f"turn_{id_}", Message(f"{zh}多", f"many of: {en}"), Message(f"{zh}少", f"few of: {en}"))
        for id_, zh, en, _ in _TURNS
    )
    return turns + _RHYTHM


def phrasing(clean: str, han: list[str]) -> list[float]:
    """The numbers of a cleaned text with these Han characters, in the order of `names`."""
    n = len(han)
    turns = [sqrt(100 * len(pattern.findall(clean)) / n) for pattern in _patterns()]
    lengths = [len(part) for part in _CLAUSE.split(clean) if part] or [1]
    steps = [abs(a - b) <= 1 for a, b in pairwise(lengths)]
    rank = _common()
    ranks = sorted([rank.get(char, 900) for char in han])
    return [
        *turns,
        sum(steps) / max(1, len(steps)),
        sum(length == 4 for length in lengths) / len(lengths),
        sum(length >= 18 for length in lengths) / len(lengths),
        sum(length <= 5 for length in lengths) / len(lengths),
        *(bisect_left(ranks, most) / n for most in (150, 400, 900)),
    ]
