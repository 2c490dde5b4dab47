"""Plain sentences and opcode chains for what a pickle does."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import attrgetter
from typing import Final

from mingjian.detect.model.allow_list import Standing
from mingjian.detect.model.pickle_judge import Reason, strings_in
from mingjian.detect.model.pickle_values import Call, Global
from mingjian.domain.finding import ChainExhibit, ChainLink
from mingjian.domain.message import Message

MAX_LINKS: Final = 24
_UNKNOWN: Final = Standing.UNKNOWN
_OF_STRANGER: Final = Message("来自清单未收录的软件包", "of a package unknown to the list")
_LONG_NUMBER = re.compile(r"\d{9,}")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++(@[\w.-]++)")

EFFECTS: Final = {
    "execute": Message("可运行任意程序代码", "can run any program code"),
    "process": Message("可启动或操控其他程序", "can start or control other programs"),
    "import": Message("可按名称载入任意模块", "can load any module by its name"),
    "native": Message("可调用本机代码", "can call native machine code"),
    "load": Message("会对另外的数据再做反序列化", "unpickles or opens further data"),
    "file": Message("可读写文件", "can read or write files"),
    "network": Message("可建立网络连接", "can open network connections"),
    "attribute": Message("可触及程序内部的对象", "can reach into the program's own objects"),
    "": Message("不在普通模型所需名称的清单中", "is not among the names that ordinary models need"),
}

_FLAW_WORDS: Final = {
    "extension": Message(
        "用扩展代号指代文件之外登记的对象，无法判断是什么",
        "refers by a code to an object registered outside the file, which cannot be told from here",
    ),
    "name-encoding": Message(
        "导入的名称不是有效的 UTF-8 文字", "imports a name that is not valid UTF-8 text"
    ),
    "call-of-constant": Message("把常量当作函数调用", "calls a constant as if it were a function"),
    "stack": Message(
        "指令之间不吻合，真实的载入程序会在此处出错停止",
        "has opcodes that do not fit together: a real loader would stop there with an error",
    ),
    "memo": Message(
        "取用从未存入的记忆项，真实的载入程序会在此处出错停止",
        "fetches a memo entry that was never stored: a real loader would stop there",
    ),
    "memo-size": Message(
        "声明的记忆项编号大得不合情理，真实的载入程序会为此占用大量内存",
        "numbers a memo entry out of all proportion: a real loader would claim much memory for it",
    ),
    "frame": Message("声明的帧长度超出文件", "states a frame longer than the file"),
    "limit": Message("指令过多，只读了前一部分", "has more opcodes than were read"),
    "truncated": Message("在结束指令之前中断", "breaks off before its STOP opcode"),
    "broken": Message(
        "在某处之后无法继续按 pickle 读取", "cannot be read as a pickle beyond some point"
    ),
    "protocol": Message("声明了不存在的协议版本", "states a protocol version that does not exist"),
}


@lru_cache(maxsize=1024)
def redacted(text: str, limit: int = 120) -> str:
    """Text fit for display: long numbers and mail names masked, control characters escaped."""
    if len(text) <= limit and text.replace(".", "").isidentifier():
        return text
    shown = _LONG_NUMBER.sub(lambda m: m[0][:3] + "*" * (len(m[0]) - 5) + m[0][-2:], text[:4096])
    shown = _MAIL.sub(r"***\1", shown)
    shown = shown.encode("unicode_escape").decode("ascii") if not shown.isprintable() else shown
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


@lru_cache(maxsize=4096)
def shown_name(module: str, name: str) -> str:
    """An imported name, fit for display."""
    return redacted(f"{module}.{name}", 100)


def sentence(reason: Reason) -> Message:
    """What this reason is, as one sentence about the file."""
    subject = reason.subject
    name = shown_name(subject.module, subject.name) if subject is not None else ""
    ranking = subject.ranking if subject is not None else None
    effect = EFFECTS[ranking.effect if ranking is not None else ""]
    text = redacted(reason.text, 100) if reason.text else ""
    stranger = ranking is not None and ranking.standing is _UNKNOWN
    if stranger:
        effect = _OF_STRANGER
    match reason.kind:
        case "calls":
            given_zh = f"，参数含“{text}”" if text else ""
            given_en = f', giving it "{text}"' if text else ""
            if stranger and subject is not None:
                is_class = subject.ranking.is_class
                kind = Message("类", "class") if is_class else Message("函数", "function")
                package = redacted(subject.module, 80)
                return Message(
                    f"载入该文件时会调用 {name}{given_zh}。清单未收录软件包 {package}，"
                    f"该{kind.zh}会做什么无从得知；请先查明该软件包的来历，并阅读该{kind.zh}的程序代码。",
                    f"Loading the file calls {name}{given_en}. The package {package} is unknown to "
                    f"the list, so what this {kind.en} does cannot be told: find out where the "
                    f"package comes from and read the code of this {kind.en} first.",
                )
            return Message(
                f"载入该文件时会调用 {name}（{effect.zh}）{given_zh}。",
                f"Loading the file calls {name} ({effect.en}){given_en}.",
            )
        case "makes":
            return Message(
                f"载入该文件时会创建 {name} 类的对象（{effect.zh}）。",
                f"Loading the file makes an object of {name} ({effect.en}).",
            )
        case "names":
            return Message(
                f"载入该文件时会导入 {name}（{effect.zh}）。",
                f"Loading the file imports {name} ({effect.en}).",
            )
        case "attribute":
            return Message(
                f"该文件通过 {name} 取得属性“{text or '?'}”，普通模型很少需要这样做。",
                f'The file reaches the attribute "{text or "?"}" through {name}, '
                "which ordinary models rarely need.",
            )
        case "computed":
            return Message(
                "该文件调用一个在载入过程中才得出的对象，而不是写明名称的函数。",
                "The file calls something worked out while loading, not a function it names.",
            )
        case "dynamic":
            return Message(
                "该文件导入的名称并非写定的文字，无法事先看出导入的是什么。",
                "The file imports something whose name is not a fixed text, "
                "so what it imports cannot be seen beforehand.",
            )
        case "writes":
            return Message(
                f"该文件改写并非由它新建的对象{'：' + name if name else ''}。",
                f"The file alters an object it did not just make{': ' + name if name else ''}.",
            )
        case "decodes":
            return Message(
                f"该文件在载入过程中用 {name} 解码内藏的数据。",
                f"The file decodes hidden data through {name} while loading.",
            )
    words = _FLAW_WORDS.get(reason.kind, _FLAW_WORDS["broken"])
    return Message(f"该文件{words.zh}。", f"The file {words.en}.")


def chain(reason: Reason, data: bytes, base: int) -> ChainExhibit:
    """The opcodes behind a reason, with their byte offsets (`base` is added to each)."""
    links: list[ChainLink] = []
    call, subject = reason.call, reason.subject
    if subject is not None:
        links.append(_import_link(subject, data, base))
    func: object = call
    for _ in range(8):
        if type(func) is not Call:
            break
        func = func.func
    if type(func) is Global and func is not subject:
        links.append(_import_link(func, data, base))
    if call is not None:
        for text in strings_in(call.args)[: MAX_LINKS - 4]:
            at, opcode = _constant_at(data, text, call.offset)
            if at >= 0:
                links.append(ChainLink(base + at, f'{opcode} "{redacted(text)}"', _BUILDS))
        links.append(ChainLink(base + call.offset, call.opcode, _MAKES_CALL))
    elif not links:
        links.append(
            ChainLink(base + reason.offset, _opcode(data, reason.offset), sentence(reason))
        )
    links.sort(key=_OFFSET)
    return ChainExhibit(title=_CHAIN, links=tuple(links[:MAX_LINKS]))


_OFFSET: Final = attrgetter("offset")
_CHAIN: Final = Message(
    "指令链（字节位置、指令、作用）", "Opcode chain (byte offset, opcode, effect)"
)
_BUILDS: Final = Message("写入这段文字", "builds this string")
_MAKES_CALL: Final = Message("以上述内容为参数进行调用", "makes the call with what stands above")


def _import_link(found: Global, data: bytes, base: int) -> ChainLink:
    shown, words = _imports(found.module, found.name, found.ranking.effect)
    return ChainLink(base + found.offset, f"{_opcode(data, found.offset)} {shown}", words)


@lru_cache(maxsize=4096)
def _imports(module: str, name: str, effect: str) -> tuple[str, Message]:
    shown, words = shown_name(module, name), EFFECTS[effect]
    return shown, Message(f"导入 {shown}（{words.zh}）", f"imports {shown} ({words.en})")


_OPCODE_NAMES: Final = {
    0x63: "GLOBAL",
    0x69: "INST",
    0x93: "STACK_GLOBAL",
    0x52: "REDUCE",
    0x62: "BUILD",
    0x6F: "OBJ",
    0x81: "NEWOBJ",
    0x92: "NEWOBJ_EX",
    0x73: "SETITEM",
    0x75: "SETITEMS",
}


def _opcode(data: bytes, offset: int) -> str:
    if not 0 <= offset < len(data):
        return "END"
    return _OPCODE_NAMES.get(data[offset]) or f"0x{data[offset]:02X}"


_CONSTANTS: Final = {
    0x8C: (2, "SHORT_BINUNICODE"),
    0x43: (2, "SHORT_BINBYTES"),
    0x55: (2, "SHORT_BINSTRING"),
    0x58: (5, "BINUNICODE"),
    0x42: (5, "BINBYTES"),
    0x54: (5, "BINSTRING"),
    0x8D: (9, "BINUNICODE8"),
    0x8E: (9, "BINBYTES8"),
    0x96: (9, "BYTEARRAY8"),
    0x56: (1, "UNICODE"),
    0x53: (2, "STRING"),
}
"""Opcodes of constants: bytes from the opcode to the text, and the opcode's name."""


def _constant_at(data: bytes, text: str, before: int) -> tuple[int, str]:
    """(offset, opcode) of the constant nearest before a call; (-1, "") if it was computed."""
    for encoding in ("utf-8",) if text.isascii() else ("utf-8", "latin-1"):
        raw = text.encode(encoding, "replace")
        at = data.rfind(raw, 0, before) if raw else -1
        if at < 0:
            continue
        for back in (2, 5, 9, 1):
            width, opcode = _CONSTANTS.get(data[at - back], (0, "")) if at >= back else (0, "")
            if width == back:
                return at - back, opcode
        return at, "…"
    return -1, ""
