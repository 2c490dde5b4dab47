"""Manners of writing for `dataset_draws.py`: words exchanged, what is put before and after.

A style is given by what a rewriter would do to any sentence. None leaves a fixed word in every
row: each text gets some of the exchanges and one of several openings and endings, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Way = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Style:
    """One manner of writing. An empty opening or ending stands for none."""

    words: dict[str, str]
    openings: tuple[str, ...] = ("",)
    endings: tuple[str, ...] = ("",)


def _pairs(text: str) -> dict[str, str]:
    """Old and new in turn, `_` for a space within."""
    parts = [part.replace("_", " ") for part in text.split()]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _lines(text: str) -> tuple[str, ...]:
    """What stands between bars; nothing between two is none."""
    return tuple(part.strip() for part in text.split("|"))


ENGLISH = {
    "legal": Style(
        _pairs(
            "this the_said that the_aforesaid will shall must shall here herein before prior_to "
            "after subsequent_to under pursuant_to about concerning get obtain use utilise "
            "because inasmuch_as if in_the_event_that give furnish start commence end terminate "
            "people persons so accordingly but notwithstanding which the_same"
        ),
        _lines("it is hereby noted that | whereas | for the avoidance of doubt , | | |"),
        _lines(", as set forth above | , without prejudice | | |"),
    ),
    "pirate": Style(
        _pairs(
            "my me you ye your yer is be are be am be friend matey hello ahoy yes aye the th' "
            "for fer of o' and an' never ne'er people hearties man scallywag money doubloons "
            "very mighty good fine old barnacled great grand to t'"
        ),
        _lines("arr , | avast , | shiver me timbers , | yo ho , | | |"),
        _lines(", arr | , me hearties | , ye landlubber | | |"),
    ),
    "polished": Style(
        _pairs(
            "use leverage show underscore good noteworthy important pivotal many myriad very "
            "remarkably help foster look delve_into but however also moreover big substantial "
            "new novel about regarding really truly bad suboptimal make craft things elements "
            "full replete part facet need necessitate so thus"
        ),
        _lines(
            "it is worth noting that | in essence , | notably , | ultimately , | at its core , | |"
        ),
        _lines(
            ", underscoring its significance | , a testament to its nature | , in today's world | |"
        ),
    ),
    "southern": Style(
        _pairs(
            "you y'all isn't ain't not ain't going gonna want wanna very mighty "
            "think reckon over yonder going_to fixin'_to of o' them 'em about 'bout something "
            "somethin' nothing nothin' doing doin' man feller every ever' good right_good"
        ),
        _lines("well shoot , | i reckon | lord have mercy , | bless your heart , | | |"),
        _lines(", sure enough | , i tell you what | , darlin' | | |"),
    ),
    "emoji": Style(
        _pairs("love ❤️ good 👍 bad 👎 fire 🔥 great 💯 happy 😊 sad 😢 and & at @ money 💰"),
        _lines("🔥🔥 | omg 😭 | 👀 | ✨ | |"),
        _lines("💯 | 😂😂 | 🙏 | #fyp | #vibes | 🤷 | |"),
    ),
    "asked": Style(
        {},
        _lines("there is no doubt that | one might say that | some hold that | it seems that | |"),
        _lines(
            ", isn't it ? | , don't you think ? | , wouldn't you say ? | , would they not ? | |"
        ),
    ),
}
CHINESE = {
    "traditional": Style(
        dict(
            zip(
                "国这个来时说们为会发对学动过还业进现实里后见问题点电话门开关长书车东马鸟鱼乐买卖让认识"
                "记许论语词请读谁调谈谢证议级经给结统组绝线红约钱银铁错镇间闻阳阴难雾双观规觉视亲欢",
                "國這個來時說們為會發對學動過還業進現實裡後見問題點電話門開關長書車東馬鳥魚樂買賣讓認識"
                "記許論語詞請讀誰調談謝證議級經給結統組絕線紅約錢銀鐵錯鎮間聞陽陰難霧雙觀規覺視親歡",
                strict=True,
            )
        )
    ),
    "online": Style(
        _pairs("非常 巨 很 超 好 绝绝子 朋友 宝子 喜欢 爱了 什么 啥 厉害 yyds 没有 木有 真的 真滴"),
        _lines("家人们， | 集美们， | 谁懂啊， | 救命， | |"),
        _lines("，绝了 | 哈哈哈哈 | ，yyds | ，冲鸭 | ，栓Q | |"),
    ),
    "official": Style(
        _pairs(
            "我们 我单位 因为 鉴于 如果 如若 这个 该 进行 予以 需要 须 可以 可予 关于 就 所以 据此"
        ),
        _lines("兹 | 经研究， | 现就有关事项说明如下： | 根据有关规定， | |"),
        _lines("，特此说明 | ，请遵照执行 | ，予以备案 | |"),
    ),
    "dubbed": Style(
        _pairs("朋友 伙计 非常 真他见鬼的 觉得 敢打赌 知道 晓得 好 棒极了 不 绝不 事情 该死的事"),
        _lines("哦，我的老天， | 嘿，听着， | 看在上帝的份上， | 噢，亲爱的， | |"),
        _lines("，我发誓 | ，老伙计 | ，真是见鬼 | ，我敢打赌 | |"),
    ),
    "asked": Style(
        {},
        _lines("不可否认， | 有人认为 | 众所周知， | 据说 | |"),
        _lines("，不是吗？ | ，你说呢？ | ，难道不对吗？ | ，又有谁不知道呢？ | |"),
    ),
}
STYLES = {"en": ENGLISH, "zh": CHINESE}


def styled(style: Style, r: np.random.Generator, language: str) -> Way:
    """A rewriter of this style: how many of the exchanges it makes is its own."""
    often = r.uniform(0.6, 1.0)
    space = "" if language == "zh" else " "

    def change(text: str) -> str:
        if language == "zh":
            for old, new in style.words.items():
                if r.random() < often:
                    text = text.replace(old, new)
            text = text.rstrip("。！？")
        else:
            text = " ".join(
                style.words[word.lower()]
                if word.lower() in style.words and r.random() < often
                else word
                for word in text.split(" ")
            )
        parts = (str(r.choice(style.openings)), text, str(r.choice(style.endings)))
        return space.join(part for part in parts if part)

    return change
