"""Detector `label.explicit`: a text label at the start or end of a text (GB 45438-2025, 5.1).

The wording must hold one of 人工智能 / AI and one of 生成 / 合成. The search window is 64
characters at either end, completed to the line; its size is an implementer's choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from mingjian.detect.contract import NotExaminable
from mingjian.detect.label.facts import clause
from mingjian.detect.label.proposition import LABEL_AIGC
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

WINDOW = 64
_LINE = 200
"""A window is completed to its line, at most this many characters more."""

_AI = r"(?:人工智能|(?<![A-Za-z])[AaＡ][IiＩ](?![A-Za-z]))"
_GENERATED = r"(?:生成|合成)"
_PRODUCTS = (
    r"(?:豆包|文心一言|文心|通义千问|通义|千问|[Kk]imi|[Dd]eep[Ss]eek|讯飞星火|元宝|智谱清言|智谱|即梦|可灵"
    r"|[Cc]oze|扣子|[Cc]hat[Gg][Pp][Tt]|阶跃|海螺|[Mm]ini[Mm]ax)"
)
_THIS = (
    r"(?:本|此|以上|以下|上述|该|这[篇份段个])[^，。！？；\n]{0,12}?"
    r"|(?:内容|文章|文字|文本|文案|回答|回复|答案|报告|稿件|图文|作品|视频|图片|音频|摘要|总结)[^，。！？；\n]{0,8}?"
)
_STATEMENT = re.compile(
    rf"(?:{_THIS})(?:由|经|为|系|是|使用|通过|借助|采用|部分由)?[^，。！？；\n]{{0,16}}?{_AI}"
    rf"[^，。！？；\n]{{0,12}}?{_GENERATED}"
)
_BY = re.compile(
    rf"(?:由|经|使用|通过|借助)[^，。！？；\n]{{0,16}}?{_AI}[^，。！？；\n]{{0,12}}?{_GENERATED}"
)
_MARK = re.compile(
    rf"^[ \t\r\u3000\xa0>*_#·•\-—（(【\[「]*+(?:注|声明|提示|标识|说明)?[：:]?[^\S\n]*+"
    rf"{_AI}\s{{0,20}}+(?:辅助|自动|技术)?\s{{0,20}}+"
    rf"{_GENERATED}(?:合成)?(?:的)?(?:内容|文本|文字|图片|视频|音频)?[\s*_）)】\]」。.!！]*$",
    re.MULTILINE,
)
_PRODUCT = re.compile(
    rf"(?:{_THIS})?由[^，。！？；\n]{{0,8}}?{_PRODUCTS}[^，。！？；\n]{{0,8}}?{_GENERATED}"
)
_NOT = re.compile(
    r"(?:非|不是|并非|不含|没有|未|无|不得|禁止|严禁|拒绝|反对|是否|如何|怎么|怎样)[^，。！？；\n]{0,8}$"
)
_QUESTION = re.compile(r"^[^，。！；\n]{0,12}(?:吗|？|\?)")
_AFTER = re.compile(
    r"^(?:合成)?(?:的?(?:内容|图片|文本|文字|视频|音频|图像|结果|作品))?(?:$|[^\w]|_|并|且|后|仅供|请)"
)
"""What may follow the wording of a label; “用AI生成图片赚钱” goes on differently."""
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?:[^\n]*+\n){0,200}?---[ \t]*\r?\n")


class Explicit:
    """Finds the sentence by which a text says of itself that AI made it."""

    name: ClassVar[str] = "label.explicit"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.TEXT, EvidenceKind.MESSAGE, EvidenceKind.DIALOGUE}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (LABEL_AIGC,)

    def __init__(self, options: Mapping[str, str]) -> None:
        """No options."""

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """At most one finding; none when no label stands at either end."""
        text = evidence.text
        offset: int | None = 0
        if text is None:
            text, offset = _ends(evidence), None
        found = explicit_label(text)
        if found is not None:
            yield _finding(text, *found, placed=offset is not None)


def explicit_label(text: str) -> tuple[int, int, bool] | None:
    """Start, end and whether both required elements are there; None without a label."""
    head, tail = text[: WINDOW + _LINE], text[-(WINDOW + _LINE) :]
    # Most texts end here: two or four searches in a few hundred characters.
    if not ("生成" in head or "合成" in head or "生成" in tail or "合成" in tail):
        return None
    start = 0
    if head.startswith(("---", "\ufeff---")) and (front := _FRONT.match(text[:65_536])):
        start = front.end()
        while start < len(text) and text[start] in "\r\n \t":
            start += 1
    for first, last in _windows(text, start):
        window = text[first:last]
        patterns: tuple[re.Pattern[str], ...] = (_PRODUCT,) if "由" in window else ()
        if "人工智能" in window or "AI" in (capitals := window.upper()) or "ＡＩ" in capitals:
            patterns = (_STATEMENT, _BY, _MARK, *patterns)
        for pattern in patterns:
            for match in pattern.finditer(window):
                before = window[max(0, match.start() - 12) : match.start()]
                inside = re.split(r"人工智能|[AaＡ][IiＩ]", match[0])[0]
                rest = window[match.end() :]
                if _NOT.search(before + inside) or _QUESTION.match(rest):
                    continue
                if pattern is not _MARK and not _AFTER.match(rest):
                    continue
                return first + match.start(), first + match.end(), pattern is not _PRODUCT
    return None


def _windows(text: str, start: int) -> Iterator[tuple[int, int]]:
    end = min(len(text), start + WINDOW)
    line = text.find("\n", end, end + _LINE)
    yield start, line if line >= 0 else min(len(text), end + _LINE)
    stop = len(text.rstrip()) if len(text) < 1 << 16 else len(text)
    first = max(start, stop - WINDOW)
    line = text.rfind("\n", max(start, first - _LINE), first)
    yield line + 1 if line >= 0 else max(start, first - _LINE), stop


def _ends(evidence: Evidence) -> str:
    """Both ends of a text too large to be decoded whole."""
    view, size = evidence.content.view(), 4096
    codec = evidence.identity.encoding or "utf-8"
    try:
        return "\n".join(
            bytes(part).decode(codec, "ignore") for part in (view[:size], view[-size:])
        )
    except LookupError as error:
        raise NotExaminable(
            Message("文本的编码无法识别", "the encoding of the text is not known")
        ) from error


def _finding(text: str, start: int, end: int, complete: bool, *, placed: bool) -> Finding:
    rule = clause("explicit")
    near = text[max(0, start - 20) : end + 20]
    mark = TextSpan(start - max(0, start - 20), end - max(0, start - 20))
    short_zh = "" if complete else "；但缺少“人工智能”或“AI”字样，不合要求"
    short_en = "" if complete else "; but it lacks the word 人工智能 or AI, which is required"
    return Finding(
        signal="label.explicit",
        proposition=LABEL_AIGC.id,
        where=(TextSpan(start, end),) if placed else (),
        because=Message(
            f"文本的开头或结尾有显式标识“{text[start:end]}”{short_zh}。依据：{rule.zh}。"
            "标识是一种声明，没有测量过误差率，不计权重。",
            f"The text carries an explicit label at its start or end: “{text[start:end]}”"
            f"{short_en}. Basis: {rule.en}. A label is a declaration; no error rate was "
            "measured, so it carries no weight.",
        ),
        exhibits=(
            TextExhibit(
                title=Message("显式标识所在位置", "Where the explicit label stands"),
                text=near,
                marks=(mark,),
            ),
        ),
        details={"complete": complete},
    )
