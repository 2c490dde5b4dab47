"""Is a line read from a picture an explicit AIGC mark? The whole line must be one.

Talk about AI pictures ("本店不提供AI生成图片", "AI生成图片教程") is a line with other words in it,
and so no mark; nor is a mark that the line above denies.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message

LONGEST = 60
"""Characters: a longer line is no mark."""

_SPACE = re.compile(
    r"[\s\u3000·•:：,，.。;；!！\-—_~|丨\[\]【】()（）「」『』《》<>“”\"'*#@★☆✦✧◆◇●○©®]"
)
_READ_AS = re.compile(r"(?<![A-Z])A[L1|!丨](?![A-Z0-9])")
"""The second letter of AI as a reader of pictures may take it."""

_AI = r"(?:人工智[能慧]|AIGC|AI)"
_GENERATED = r"(?:生成(?:合成|/合成|与合成|或合成)?|合成|作画|绘[画制图]|创作|制作|换脸|扩图)"
_THING = (
    r"(?:图片|图像|画面|内容|作品|视频|影像|照片|素材|海报|插画|笔记|人物|形象|场景|配图|图文"
    r"|广告|信息|图)"
)
_MARK = re.compile(
    r"(?:作者|平台|创作|博主|用户|创作者)?(?:声明|提示|注|标识|说明)?"
    rf"(?P<subject>(?:本|该|此|以上|上述|这[张幅个段])?{_THING}?{_THING}?)"
    r"(?P<hedge>(?:可能|疑似|均|全部|部分|内?含有?|包含)?)"
    r"(?P<by>(?:由|经|为|系|是|使用了?|采用了?|通过|借助|利用|用)?)"
    rf"(?P<maker>[^\W\d_]{{0,8}}?){_AI}"
    r"(?:大模型|模型|工具|算法)?(?:技术)?(?:辅助|自动)?"
    rf"(?P<made>{_GENERATED})(?P<tail>的?{_THING}?(?:技术)?)"
    r"(?:仅供参考|仅供娱乐|仅供展示|请?(?:注意|仔细|谨慎)?(?:甄别|辨别|鉴别|核实)){0,2}"
)
_ENGLISH = re.compile(
    r"(?:(?:THIS)?(?:IMAGE|PICTURE|VIDEO|CONTENT)?(?:IS|WAS)?)?"
    r"(?:AIGENERATED(?:IMAGE|PICTURE|VIDEO|CONTENT)?|(?:GENERATED|CREATED|MADE)(?:BY|WITH)AI)"
)
_DENIED = re.compile(
    r"(?:非|不|没有|未|无|禁止|严禁|拒绝|反对|抵制|谢绝|勿|杜绝|警惕|如何|怎么|怎样|什么是)\w{0,8}\Z"
)

_NO_NAME = re.compile(
    r"[用的不请可能会都去来试点教学让给被把在和与跟想要]|一键|开启|关闭|选择|支持|免费|快速|在线|智能|禁止"
)
"""What stands in a sentence or on a button before "AI生成", and not in a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a line says of the picture it stands in."""

    text: str
    complete: bool
    """It holds 人工智能 or AI, and 生成 or 合成, as the standard asks of the wording."""
    edge_only: bool
    """Words that are a mark only where marks stand: at an edge or corner, little text beside."""
    platform: Message | None = None
    verified: bool = True
    """Whether the platform's form was read in a source."""


@cache
def known() -> Any:
    """The data file of marks."""
    return json.loads(files(__package__).joinpath("pixels_marks.json").read_text("utf-8"))


@cache
def _forms() -> tuple[dict[str, tuple[Message, bool]], dict[str, tuple[Message, bool]]]:
    """Full forms and bare names in plain writing, with their platform."""
    forms: dict[str, tuple[Message, bool]] = {}
    names: dict[str, tuple[Message, bool]] = {}
    for entry in known()["platforms"]:
        platform = Message(entry["zh"], entry["en"]), bool(entry["verified"])
        forms.update({plain(form): platform for form in entry["forms"]})
        names.update({plain(name): platform for name in entry["names"]})
    return forms, names


def plain(line: str) -> str:
    """A line as it is compared: full width made half, capitals, no spaces or separators."""
    wide = unicodedata.normalize("NFKC", line[: 2 * LONGEST]).upper()
    # Before separators go: "A|生成" is AI生成 misread.
    return _READ_AS.sub("AI", _SPACE.sub("", _READ_AS.sub("AI", wide)))


def mark_in(line: str) -> Mark | None:
    """The mark that `line` is, or None. Whether it stands where marks stand is not asked here."""
    text = plain(line)
    if not text or len(text) > LONGEST:
        return None
    forms, names = _forms()
    # A logo before the words may be read as one foreign character.
    for words in dict.fromkeys((text, text[1:] if _is_logo(text) else text)):
        if found := forms.get(words):
            return _mark(line, words, *found, edge_only=not _made(words))
        if found := names.get(words):
            return _mark(line, words, *found, edge_only=True)
        match = _MARK.fullmatch(words)
        if match and not _instruction(match) and not _DENIED.search(match["maker"]):
            maker = match["maker"]
            platform = _maker(maker, names)
            if maker and platform is None and not _could_be_name(maker):
                continue
            return _mark(
                line, words, *(platform or (None, True)),
                edge_only=not _made(words)
                or bool(match["tail"] and not match["subject"])
                or bool(maker and platform is None),
            )  # fmt: skip
        if _ENGLISH.fullmatch(words):
            return _mark(line, words, None, True, edge_only=True)
    return None


def denied_by(above: str) -> bool:
    """Whether the line above a mark ends in a denial, so that the mark is the rest of its
    sentence: "本店不提供 / AI生成图片"."""
    return bool(_DENIED.search(plain(above)[-16:]))


def _mark(
    line: str, words: str, platform: Message | None, verified: bool, *, edge_only: bool
) -> Mark:
    complete = _made(words) and ("AI" in words or "人工智" in words)
    return Mark(
        text=line.strip()[: 2 * LONGEST],
        complete=complete,
        edge_only=edge_only,
        platform=platform,
        verified=verified,
    )


def _made(words: str) -> bool:
    return "生成" in words or "合成" in words


def _is_logo(text: str) -> bool:
    """Whether the first character may be a logo: foreign, and not the beginning of a word."""
    first, rest = text[0], text[1:2]
    return not "\u4e00" <= first <= "\u9fff" and (not first.isalpha() or rest >= "\u4e00")


def _instruction(match: re.Match[str]) -> bool:
    """Whether it tells how ("使用AI生成图片") and not of the picture ("疑似使用了AI生成技术")."""
    return bool(match["by"] not in ("", "由", "系") and not match["subject"] and not match["hedge"])


def _could_be_name(maker: str) -> bool:
    """Whether the word before "AI生成" can be a product we do not know, or one misread."""
    return 2 <= len(maker) <= 4 and not _NO_NAME.search(maker)


def _maker(maker: str, names: dict[str, tuple[Message, bool]]) -> tuple[Message, bool] | None:
    """The platform named before AI: "由豆包AI生成"."""
    return names.get(maker + "AI") or names.get(maker) if maker else None
