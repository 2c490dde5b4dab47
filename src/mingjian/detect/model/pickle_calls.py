"""`model.pickle`: what a pickle in any container would import, call and write when loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.allow_list import Standing, allow_list
from mingjian.detect.model.containers import MIB, PACKERS, Search, Stream, constant_streams
from mingjian.detect.model.explain import chain, redacted, sentence, shown_name
from mingjian.detect.model.pickle_judge import Reason, constant_bytes, judge
from mingjian.detect.model.pickle_values import Global, Walk
from mingjian.detect.model.pickle_walk import MAX_OPCODES, PickleWalker
from mingjian.detect.model.propositions import MALICIOUS
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import ByteRange, ChainExhibit, Finding, Member, Place, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

SIGNAL: Final = "model.unsafe_call"
PICKLE_FORMATS: Final = frozenset(
    {"pickle", "joblib", "npy", "npz", "pytorch-zip", "pytorch-legacy"}
)
NOTABLE: Final = 2.0
"""Below this severity a finding is quiet."""
_NESTED_CEILING: Final = 8.0
"""A pickle in a constant or in unread bytes runs only if something unpickles it."""
_HIDDEN_BUDGET: Final = 20_000
"""Opcodes read of what may be a pickle by chance only."""
_MAX_NESTED: Final = 64
_LIST_VERSION: Final = allow_list().version
_STANDINGS: Final = len(Standing)
_MAX_SHOWN: Final = 12
"""Reasons listed in the details of a finding."""
_MAX_STREAMS: Final = 10_000
_PICKLE_NAME: Final = re.compile(r"\.(?:pkl|pickle|pck|dat|joblib|jbl|p|ckpt|pt|pth)$")

_NOTES: Final = {
    "encrypted": Message("有密码保护，未能检验", "password-protected, not examined"),
    "password-bit-unneeded": Message(
        "标为有密码，实际没有：有的扫描工具会因此跳过它",
        "marked as password-protected though it is not: some scanners skip it for that",
    ),
    "name-differs": Message(
        "目录与文件头中的名称不同", "its name in the directory and in its header differ"
    ),
    "unsupported": Message("压缩方法不受支持，未检验", "packed by an unsupported method"),
    "unsupported-lz4": Message("LZ4 压缩不受支持，未检验", "LZ4 is not supported, not examined"),
    "unsupported-zstd": Message("Zstandard 压缩不受支持，未检验", "Zstandard is not supported"),
    "damaged": Message("已损坏，未能完整解包", "damaged, not unpacked in full"),
    "code-header": Message(
        "数组文件头中有程序代码式的内容，应当只有数据说明",
        "the array's header holds what reads like program code instead of a description",
    ),
    "too-large": Message("过大，只检验了前一部分", "too large, only the first part was examined"),
    "too-deep": Message("嵌套过深，未检验", "nested too deeply, not examined"),
    "too-many": Message("疑似内嵌数据过多，只检验了前一部分", "too many candidates inside"),
}


class PickleCalls:
    """Walks the opcodes of every pickle in a model file; loads nothing."""

    name: ClassVar[str] = "model.pickle"
    version: ClassVar[str] = f"2.{_LIST_VERSION}"
    # Ordinary archives are unpacked by intake; their members come here one by one.
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.MODEL, EvidenceKind.UNKNOWN}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement for the whole item, and facts about what could not be read."""
        expected = evidence.format in PICKLE_FORMATS
        view = evidence.content.view()
        data = bytes(view) if len(view) <= 64 * MIB else view
        search = Search(item_bytes=len(view))
        inside = expected or evidence.kind is EvidenceKind.UNKNOWN
        seen = _Seen()
        number = 0
        for stream in search.streams(data, search_inside=inside):
            number += not stream.hidden
            if number > _MAX_STREAMS:
                search.note("too-many", stream.path)
                break
            walk = _examine_stream(stream, seen, search, expected)
            if not stream.hidden and walk.end < len(stream.data):
                for rest in search.hidden(stream.data, walk.end, stream.path, stream.outer):
                    _examine_stream(rest, seen, search, expected)
        plain_arrays = evidence.format in ("npy", "npz") and not search.notes
        if not seen.streams and not plain_arrays:
            raise _nothing(evidence, expected, search)
        yield _measurement(evidence, seen)
        if search.notes:
            yield _unread(search)


def _examine_stream(stream: Stream, seen: _Seen, search: Search, expected: bool) -> Walk:
    budget = _HIDDEN_BUDGET if stream.hidden else MAX_OPCODES
    walk = PickleWalker(stream.data, stream.start, budget=budget).walk()
    reasons = judge(walk)
    if _counts(stream, walk, reasons, expected):
        seen.add(stream, walk, reasons, _NESTED_CEILING if stream.hidden else 10.0)
        if walk.constants or walk.calls:
            _nested(seen, walk, stream, search, 0)
    return walk


def _counts(stream: Stream, walk: Walk, reasons: list[Reason], expected: bool) -> bool:
    """Is this a pickle at all? Tensors and other raw bytes may begin like one by chance."""
    whole = walk.pickles > 0
    if not stream.path and (whole or expected):
        return True
    if walk.names_danger() or (whole and reasons and reasons[0].severity >= 7):
        return True
    if stream.hidden:
        return False
    if PACKERS.issuperset(stream.path):
        return whole or expected
    named = stream.path[-1] == "npy objects" or _PICKLE_NAME.search(stream.path[-1]) is not None
    return (whole and not walk.flaws) or named


class _Seen:
    """Counts over all streams of an item, and the gravest reason so far."""

    __slots__ = ("opcodes", "reasons", "severity", "standings", "streams", "worst")

    def __init__(self) -> None:
        self.streams = 0
        self.opcodes = 0
        self.standings = [0] * _STANDINGS
        self.reasons: list[dict[str, object]] = []
        self.severity = 0.0
        self.worst: tuple[Reason, Stream] | None = None

    def add(self, stream: Stream, walk: Walk, reasons: list[Reason], ceiling: float = 10.0) -> None:
        """Count one walk; no reason of it counts for more than `ceiling`."""
        self.streams += 1
        self.opcodes += walk.opcodes
        for found in walk.globals.values():
            self.standings[found.ranking.standing] += 1
        if not reasons:
            return
        severity = min(reasons[0].severity, ceiling)
        if severity > self.severity:
            self.severity, self.worst = severity, (reasons[0], stream)
        where = "/".join(stream.path) or None
        for reason in reasons[: _MAX_SHOWN - len(self.reasons)]:
            subject = reason.subject
            self.reasons.append(
                {
                    "severity": reason.severity,
                    "kind": reason.kind,
                    "name": shown_name(subject.module, subject.name) if subject else None,
                    "offset": reason.offset,
                    "where": where,
                }
            )

    def imports(self) -> dict[str, int]:
        """How many names stand how to the allow-list."""
        plain, judged, unknown, unlisted, dangerous = self.standings
        return {
            "plain": plain,
            "judged": judged,
            "unknown": unknown,
            "unlisted": unlisted,
            "dangerous": dangerous,
        }


def _nested(seen: _Seen, walk: Walk, stream: Stream, search: Search, depth: int) -> None:
    """Pickles in constants, in the clear, packed or encoded."""
    constants = [value for _, value in walk.constants]
    for call in walk.calls[:4096]:
        if call.func.__class__ is Global and call.func.name == "encode":
            hidden = constant_bytes(call)
            if hidden is not None:
                constants.append(hidden)
    for constant in constants[: _MAX_NESTED * 16]:
        for inner in constant_streams(constant, search):
            if seen.streams > _MAX_STREAMS or depth > 3:
                return
            found = PickleWalker(inner.data, inner.start, budget=2_000_000).walk()
            reasons = judge(found)
            grave = bool(reasons) and reasons[0].severity >= 7
            if grave or found.pickles:
                whole = Stream((*stream.path, *inner.path), inner.data, inner.start, None)
                seen.add(whole, found, reasons, _NESTED_CEILING)
                _nested(seen, found, whole, search, depth + 1)


_NUMBERS_ONLY: Final = Message(
    "该文件只含数值，没有任何 pickle 指令。",
    "The file holds numbers only and no pickle opcodes at all.",
)


def _plain(listed: int) -> Message:
    return Message(
        f"该文件只含普通数据：导入的 {listed} 个名称都在普通模型所需名称的清单之中。",
        f"The file holds plain data: all of the {listed} names it imports are on the list "
        "of names that ordinary models need.",
    )


def _measurement(evidence: Evidence, seen: _Seen) -> Finding:
    quiet = seen.severity < NOTABLE
    where: tuple[Place, ...] = ()
    exhibits: tuple[ChainExhibit, ...] = ()
    if seen.worst is None:
        listed = sum(seen.standings)
        because = _plain(listed) if seen.streams else _NUMBERS_ONLY
    else:
        reason, stream = seen.worst
        because = sentence(reason)
        if stream.path:
            inside = redacted("/".join(stream.path), 160)
            because = Message(f"{because.zh}（位于 {inside}）", f"{because.en} (in {inside})")
        if stream.hidden:
            because = Message(
                f"{because.zh}这段 pickle 藏在普通载入不会读到的字节之中，须另有程序取出才会运行。",
                f"{because.en} It lies in bytes that an ordinary load does not read, so it runs "
                "only if some other program takes it from there.",
            )
        if stream.outer is not None:
            at = stream.outer + reason.offset
            where = (ByteRange(at, min(at + 1, evidence.size)),)
        else:
            where = (Member("/".join(stream.path)[:200]),)
        if seen.severity >= 1:
            exhibits = (chain(reason, stream.data, stream.outer or 0),)
        # What could not be read to its end has not been judged: the reader is to see that.
        quiet = quiet and reason.kind != "broken"
    return Finding(
        signal=SIGNAL,
        score=seen.severity,
        proposition=MALICIOUS.id,
        because=because,
        quiet=quiet,
        where=where,
        exhibits=exhibits,
        context={"format": "pickle"},
        details={
            "streams": seen.streams,
            "opcodes": seen.opcodes,
            "imports": seen.imports(),
            "reasons": seen.reasons,
            "allow_list": _LIST_VERSION,
        },
    )


def _unread(search: Search) -> Finding:
    rows = []
    for kind, where in search.notes:
        words = _NOTES.get(kind, _NOTES["damaged"])
        rows.append((redacted(where or "-", 160), words))
    return Finding(
        signal="model.container",
        because=Message(
            f"模型文件中有 {len(rows)} 处异常，或未能检验。",
            f"{len(rows)} places in the model file are irregular or could not be examined.",
        ),
        exhibits=(
            TableExhibit(
                title=Message("容器中的异常", "Irregularities of the container"),
                columns=(Message("位置", "Where"), Message("情况", "What")),
                rows=tuple(rows),
            ),
        ),
        details={"notes": [{"kind": kind, "where": where[:200]} for kind, where in search.notes]},
    )


def _nothing(evidence: Evidence, expected: bool, search: Search) -> NotApplicable | NotExaminable:
    kinds = {kind for kind, _ in search.notes}
    if evidence.kind is EvidenceKind.MODEL and kinds:
        words = _NOTES.get(next(kind for kind, _ in search.notes), _NOTES["damaged"])
        return NotExaminable(
            Message(f"模型文件未能读取：{words.zh}。", f"The model file: {words.en}.")
        )
    if expected:
        return NotExaminable(
            Message("未能从该文件读出 pickle 数据。", "No pickle could be read from this file.")
        )
    return NotApplicable(Message("该文件不含 pickle 数据。", "There is no pickle in this file."))
