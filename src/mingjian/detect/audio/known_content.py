"""Detector `audio.known_content`: does the recording hold sound that is on a list?

The examiner supplies fingerprints; the recordings behind them are never needed. A match is a fact
about landmarks in common at one shift of time. What it means depends on the list, and a person
must listen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.audio.recording import recording
from mingjian.detect.contract import NotApplicable
from mingjian.detect.learned.known_lists import readable
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Axis, Curve, CurveExhibit, Finding, Seconds, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

if TYPE_CHECKING:
    from mingjian.detect.audio.known_content_list import KnownList, Match
    from mingjian.detect.audio.landmarks import Landmarks, Samples

LEAST: Final = 12
"""Landmarks in common that make a match, and ..."""
SHARE: Final = 0.10
"""... their share of those the listed recording has in the time both overlap."""
FEWEST: Final = 30
"""A recording with fewer landmarks has too little in it: some second of speech."""
_SHOWN: Final = 20
_LISTED = Message("已知录音", "known recordings")


class KnownContent:
    """States each recording's fingerprint, and which known ones it shares sound with."""

    name: ClassVar[str] = "audio.known_content"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.AUDIO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """Option `known`: the path of a list. Raises `Unavailable` where it cannot be read."""
        self.known: KnownList | None = None
        if path := options.get("known", ""):
            from mingjian.detect.audio.known_content_list import KnownList

            with readable(_LISTED):
                self.known = KnownList(Path(path))

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """The fingerprint, always; and where a list is set, what it shares sound with."""
        from mingjian.detect.audio.landmarks import SECONDS, band_of, landmarks

        samples = band_of(recording(evidence, places=1, seconds=SECONDS))
        own = landmarks(samples)
        if len(own) < FEWEST:
            raise NotApplicable(
                Message(
                    f"录音太短或过于单调（只有 {len(own)} 个特征点，至少需要 {FEWEST} 个），"
                    "不作比较。",
                    f"The recording is too short or has too little in it ({len(own)} landmarks, "
                    f"{FEWEST} are needed): it is not compared.",
                )
            )
        yield _fingerprint(own, self.known is not None)
        if self.known is not None:
            with readable(_LISTED):
                self.known.renew()
            yield _compared(samples, self.known)


def _fingerprint(own: Landmarks, listed: bool) -> Finding:
    from mingjian.detect.audio.landmarks import MOST, STEP

    kept = min(len(own), MOST)
    until = float(own.frames[kept - 1]) * STEP
    zh = f"录音前 {until:.0f} 秒的声音指纹含 {kept} 个特征点。"
    en = f"The fingerprint of the first {until:.0f} s of the recording holds {kept:,} landmarks."
    if not listed:
        zh += "没有设置已知录音清单，因此没有比较；可为 audio.known_content 指定 known。"
        en += (
            " No list of known recordings is set, so nothing was compared; give "
            "audio.known_content the option known."
        )
    return Finding(
        signal="audio.content_fingerprint",
        because=Message(zh, en),
        quiet=True,
        details={"hash": own.as_text(), "landmarks": kept, "list": listed},
    )


def _compared(samples: Samples, known: KnownList) -> Finding:
    found = known.index.matches(samples, LEAST, SHARE)
    count = len(known)
    if not found:
        return Finding(
            signal="audio.known_content",
            because=Message(
                f"与清单中 {count} 段录音没有足够的共同特征点（至少 {LEAST} 个且占 {SHARE:.0%}），"
                "不在清单之内；由此不能得出其他结论。",
                f"The recording shares too few landmarks with each of the {count:,} on the list "
                f"(at least {LEAST} and {SHARE:.0%} are asked): it is not on the list. Nothing "
                "else follows.",
            ),
            quiet=True,
            details={"matches": 0, "listed": count},
        )
    best = found[0]
    label = known.labels[best.number] or "—"
    ahead = best.shift >= 0
    return Finding(
        signal="audio.known_content",
        because=Message(
            f"与清单中 {len(found)} 段录音有相同的声音；最接近的标注为“{label}”：本录音第 "
            f"{best.start:.1f} 至 {best.end:.1f} 秒，共同特征点 {best.common} 个，"
            f"占该时段的 {best.share:.0%}，"
            + (f"对应清单录音第 {best.shift:.1f} 秒起" if ahead else f"晚 {-best.shift:.1f} 秒出现")
            + "。重新编码、经过电话线路、调整音量不影响。相同的提示音、音乐也会相符；"
            "须由人听辨核对。",
            f"The recording shares sound with {len(found):,} on the list; the nearest, labelled "
            f'"{label}", from {best.start:.1f} to {best.end:.1f} s of this one, with {best.common} '
            f"landmarks in common, {best.share:.0%} of those in that time; it begins "
            + (
                f"{best.shift:.1f} s into the listed one"
                if ahead
                else f"{-best.shift:.1f} s before the listed one"
            )
            + ". Other coding, a telephone line or another level do not matter. The same "
            "announcement tone or music matches too; a person must listen.",
        ),
        where=(Seconds(best.start, best.end),),
        exhibits=(_table(found, known), _alignment(samples, best, known)),
        details={
            "matches": len(found),
            "label": known.labels[best.number],
            "common": best.common,
            "share": round(best.share, 3),
            "shift": best.shift,
            "listed": count,
        },
    )


def _table(found: list[Match], known: KnownList) -> TableExhibit:
    return TableExhibit(
        title=Message("清单中有相同声音的录音", "Recordings on the list with the same sound"),
        columns=(
            Message("标注", "label"),
            Message("共同特征点", "landmarks in common"),
            Message("占比", "share"),
            Message("本录音的时段", "seconds of this recording"),
            Message("时间差（秒）", "shift (s)"),
        ),
        rows=tuple(
            (
                known.labels[one.number] or Message("未标注", "not labelled"),
                str(one.common),
                f"{one.share:.0%}",
                f"{one.start:.1f}-{one.end:.1f}",
                f"{one.shift:+.2f}",
            )
            for one in found[:_SHOWN]
        ),
    )


def _alignment(samples: Samples, best: Match, known: KnownList) -> CurveExhibit:
    """How many landmarks are in common at each shift of time: a match stands out as one peak."""
    counts = known.index.by_shift(samples, best.number)
    ups = [float(up) for _, up in counts]
    return CurveExhibit(
        title=Message(
            "与最接近的一段在各时间差下共同的特征点：相符时只有一个尖峰",
            "Landmarks in common with the nearest at each shift of time: a match is one peak",
        ),
        across=Axis(
            name=Message("时间差", "shift"), first=counts[0][0], last=counts[-1][0], unit="s"
        ),
        up=Axis(name=Message("特征点", "landmarks"), first=0.0, last=max(1.0, *ups)),
        curves=(Curve(Message("共同的特征点", "in common"), tuple(counts)),),
        marks=((best.shift - 0.1, best.shift + 0.1),),
    )
