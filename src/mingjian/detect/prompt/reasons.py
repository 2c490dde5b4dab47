"""What a passage does to a model, in words a reader agrees with; and how passages are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.detect.prompt.acts import acts_in, lexicon
from mingjian.detect.prompt.gauge import EXTRA
from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence part, and the acts (all of one set) that call for it."""

    zh: str
    en: str
    sets: tuple[tuple[str, ...], ...]


REASONS = (
    Reason("要求抛开先前的指令或规则", "tells the model to drop earlier instructions or rules",
           (("drop", "rules"), ("drop", "prior"), ("drop", "system"))),
    Reason("设定一个不受限制的身份", "sets up a role without limits",
           (("persona", "free"), ("free", "model"), ("free", "refuse"), ("now", "free"))),
    Reason("索要系统提示、密码或保密内容", "asks for the system prompt, a password or secrets",
           (("reveal", "secret"), ("reveal", "system"), ("reveal", "prior", "rules"),
            ("spell", "secret"), ("handed", "reveal"), ("handed", "ask"))),
    Reason("自称系统、开发者或管理员下令", "speaks as the system, a developer or an administrator",
           (("system", "drop"), ("system", "now"), ("system", "model"))),
    Reason("要求对用户隐瞒", "asks that the user not be told",
           (("conceal", "user"), ("conceal", "deed"), ("conceal", "task"))),
    Reason("不许拒绝或不许提醒", "forbids refusals or warnings",
           (("refuse", "only"), ("refuse", "persona"), ("refuse", "free"))),
    Reason("向人工智能下达操作", "gives an assistant something to do",
           (("model", "deed"), ("yours", "deed"))),
    Reason("以奖惩或性命逼迫模型放弃规则", "presses the model with rewards or threats",
           (("stakes", "refuse"), ("stakes", "rules"), ("stakes", "free"))),
    Reason("规定模型只能怎样回答", "dictates what the model must answer",
           (("only", "model"), ("only", "now"), ("yours", "only"))),
    Reason("要求解码后照做", "asks the model to decode something and obey it",
           (("coded", "task"), ("coded", "deed"))),
)  # fmt: skip
FORGED = Reason("伪造系统消息或角色标记", "forges a system message or a role marker", ())
REQUEST = Reason("夹着一句对助手说的请求", "holds a request addressed to an assistant", ())
LONGEST_SHOWN = 400
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?=[A-Za-z0-9.-]{3,})")
_NUMBER = re.compile(r"\d[\d -]{5,30}\d")


def reasons(text: str, marks: Sequence[int], columns: int) -> list[Reason]:
    """The reasons found in a normalised passage, the most telling first."""
    bits = 0
    for acts in acts_in(text).acts:
        bits |= acts
    present = {name for i, name in enumerate(lexicon().names) if bits >> i & 1}
    found = [r for r in REASONS if any(present.issuperset(acts) for acts in r.sets)]
    if columns - len(EXTRA) in marks:
        found.insert(0, FORGED)
    return found


def quiet_sentence(where: Message) -> Message:
    """The explanation of a measurement that is of no note."""
    return Message(
        f"{where.zh}未见意在接管语言模型的指令。",
        f"No instruction meant to take over a language model was seen in {where.en}.",
    )


def sentence(found: Sequence[Reason], where: Message) -> Message:
    """The explanation of one measurement."""
    zh = "、".join(r.zh for r in found[:3]) or "措辞与接管模型的指令相近"
    en = "; ".join(r.en for r in found[:3]) or "is worded like instructions that take over a model"
    return Message(f"{where.zh}中的标出部分{zh}。", f"In {where.en}, the marked passage {en}.")


def shown(text: str) -> str:
    """A passage for an exhibit: cut, mailboxes and long numbers masked."""
    text = text[:LONGEST_SHOWN]
    if "@" in text:
        text = _MAIL.sub("***@", text)
    return _NUMBER.sub(lambda m: m[0][:2] + "*" * (len(m[0]) - 3) + m[0][-1], text)
