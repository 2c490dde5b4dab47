"""Compare the voices of two items of one case, against recordings given as reference population.

Off unless the settings say otherwise, inside a case only, by a lead who states the legal basis.
What is weighed are two recordings, never a person: whether one voice speaks in both. The
measurements of voices are not kept; the event holds what came out, and custody holds the event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.app.access import Actor, require
from mingjian.app.case_evidence import named_items
from mingjian.app.cases import Done, change, in_words
from mingjian.app.child import child
from mingjian.app.collect import check_roots, collect
from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.known import LeftOut, held
from mingjian.app.settings import Settings
from mingjian.casework.case import decide
from mingjian.casework.case.comparison import rests_on
from mingjian.casework.case.state import body_of
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.domain.record import Json
from mingjian.run.sandbox import Sandbox, SandboxBroken
from mingjian.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FUNCTION = "mingjian.app.comparison:in_child"
SIGNAL = "voice.likeness"
MOST_RECORDINGS = 2_000
_TOLD = ("auroc", "cllr", "cllr_cal", "misleading_h1", "misleading_h2")
SAME_VOICE = PropositionPair(
    id="voice.same",
    h1=Message("两段录音中说话的是同一人声", "one voice speaks in both recordings"),
    h2=Message("两段录音中说话的是不同人声", "different voices speak in the two recordings"),
)
_OFF = Message("声音比对已关闭（默认如此）", "comparing voices is turned off, as it is by default")
_TURN_ON = Message(
    "确有法律依据时，在 settings.toml 中写 comparisons = true",
    "where there is a legal basis, write comparisons = true in settings.toml",
)


Heard = dict[str, Any]
"""`vector` and `seconds` of one recording, or `refused` with the reason."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The measurements of a reference population, for as long as one comparison lasts."""

    vectors: NDArray[np.float64]
    origins: tuple[str, ...]
    sha256: str
    """Of the SHA-256 of its files, sorted: says later whether it was the same."""
    left_out: tuple[tuple[str, Message], ...]


def in_child(request: Mapping[str, Any], step: Callable[[str], None]) -> Json:
    """The chunk function: the voice of the one recording that a file holds."""
    from mingjian.detect.audio.voice import LEAST, voice_of
    from mingjian.intake.limits import Refused
    from mingjian.intake.media import NeedsMedia
    from mingjian.intake.sound import decode

    left_out: LeftOut = []
    found = [
        evidence
        for evidence in held(Path(request["path"]), request, left_out)
        if evidence.kind is EvidenceKind.AUDIO
    ]
    if len(found) != 1:
        number = len(found)
        return _refused(
            Message(
                f"含有 {number} 段录音，须恰好一段", f"it holds {number} recordings, not just one"
            )
        )
    step(f"audio.voice|{found[0].sha256}")
    try:
        voice = voice_of(decode(found[0]))
    except (NeedsMedia, Refused) as refused:
        return _refused(refused.why)
    if voice is None:
        return _refused(
            Message(f"可用的语音不足 {LEAST:g} 秒", f"it holds less than {LEAST:g} s of speech")
        )
    return {"vector": voice.vector.tolist(), "seconds": round(voice.seconds, 2)}


def _refused(why: Message) -> Heard:
    return {"refused": why.as_json()}


def _heard(sandbox: Sandbox, path: str) -> Heard:
    outcome = sandbox.run_file(path)
    answer: Any = outcome.result
    return _refused(outcome.reason()) if answer is None else answer


def compare(
    store: Store,
    actor: Actor,
    settings: Settings,
    case: str,
    questioned: str,
    known: str,
    *,
    population: Path,
    basis: str,
    revision: int | None = None,
) -> Done:
    """Compare the voice of two items of the case (each named by the start of its SHA-256).

    `population` is a folder with a folder for each voice, of two recordings or more each, like
    the case in language, kind of recording, sex and age. Raises `UsageError` where comparisons
    are off, no basis is stated, an item cannot be compared, or the population is too small.
    """
    require("case.compare", actor)
    if not settings.comparisons:
        raise UsageError(_OFF, _TURN_ON)
    pair = named_items(store, case, (questioned, known))
    if pair[0] == pair[1]:
        raise UsageError(Message("须是两件不同的材料", "it takes two different items"))
    with in_words():  # refused before anything is measured
        decide.compare(body_of(case, store.state(case).body), basis, {})
    try:
        with child(FUNCTION, settings) as sandbox:
            one, other = (_item(store, sandbox, sha256) for sha256 in pair)
            voices = _voices(sandbox, population, pair)
    except SandboxBroken as broken:
        raise BrokenError(broken.what) from None
    made = _weighed(pair, one, other, voices)
    return change(
        store, actor, "case.compare", case, lambda body: decide.compare(body, basis, made), revision
    )


def _item(store: Store, sandbox: Sandbox, sha256: str) -> Heard:
    if not store.vault.holds(sha256):
        raise UsageError(
            Message(
                f"材料 {sha256[:16]} 的内容不在保全库中", f"item {sha256[:16]} is not in the vault"
            ),
            Message(
                "以 vault = copy 重新收取该材料", "take the item in again with vault = copy set"
            ),
        )
    answer = _heard(sandbox, str(store.vault.path(sha256)))
    if "refused" in answer:
        why = Message(**answer["refused"])
        raise UsageError(
            Message(
                f"材料 {sha256[:16]} 无法比对：{why.zh}",
                f"item {sha256[:16]} cannot be compared: {why.en}",
            )
        )
    return answer


def _recordings(population: Path) -> Iterator[tuple[str, str, Message | None]]:
    """(voice, path, why it is left out) of each file below the population's folder."""
    (root,) = check_roots([population])
    if not Path(root).is_dir():
        raise UsageError(
            Message(f"参照总体不是文件夹：{population}", f"no folder of voices: {population}")
        )
    for number, item in enumerate(collect((root,))):
        if number >= MOST_RECORDINGS:
            raise UsageError(
                Message(
                    f"参照总体多于 {MOST_RECORDINGS} 个文件",
                    f"the population holds more than {MOST_RECORDINGS} files",
                )
            )
        inside = Path(item.path).relative_to(root).parts
        why = item.refusal
        if why is None and len(inside) < 2:
            why = Message("不在某一人声的文件夹中", "not in the folder of a voice")
        yield inside[0], item.path, why


def _voices(sandbox: Sandbox, population: Path, pair: Sequence[str]) -> Voices:
    """Measure the population; a recording counts once, and never one of the two compared."""
    import numpy as np

    vectors: list[list[float]] = []
    origins: list[str] = []
    hashes = set(pair)
    left_out: list[tuple[str, Message]] = []
    for origin, path, why in _recordings(population):
        if why is None:
            with Path(path).open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if sha256 in hashes:
                why = Message("已在其中，或即所比材料", "there already, or one of the two items")
            hashes.add(sha256)
        answer = _heard(sandbox, path) if why is None else _refused(why)
        if "refused" in answer:
            left_out.append((path, Message(**answer["refused"])))
            continue
        vectors.append(answer["vector"])
        origins.append(origin)
    digest = hashlib.sha256("\n".join(sorted(hashes - set(pair))).encode()).hexdigest()
    return Voices(np.array(vectors), tuple(origins), digest, tuple(left_out))


def _weighed(pair: Sequence[str], one: Heard, other: Heard, voices: Voices) -> Json:
    """What the event tells: the ratio and all it rests on, and no measurement of a voice."""
    import numpy as np

    from mingjian.detect.audio.voice import VERSION
    from mingjian.weigh.calibrate import FitError
    from mingjian.weigh.origin import FEWEST, Population
    from mingjian.weigh.words import words

    try:
        population = Population(voices.vectors, voices.origins)
    except FitError:
        raise _too_few(voices, FEWEST) from None
    count = len(population.repeated)
    scale, document = population.scale(
        SAME_VOICE.id,
        signal=SIGNAL,
        version=VERSION,
        description=Message(f"为本案提供的 {count} 个人声", f"{count} voices given for this case"),
    )
    first, second = np.array(one["vector"]), np.array(other["vector"])
    ratio = population.ratio(scale, first, second)
    metrics: Any = document["metrics"]
    given: Json = {
        "voices": count,
        "recordings": len(voices.origins),
        "left_out": len(voices.left_out),
        "sha256": voices.sha256,
    }
    told = {name: metrics["pooled"][name] for name in _TOLD}
    return {
        "of": "voice",
        "questioned": pair[0],
        "known": pair[1],
        "seconds": [one["seconds"], other["seconds"]],
        "h1": SAME_VOICE.h1.as_json(),
        "h2": SAME_VOICE.h2.as_json(),
        "measured": population.measured(first, second),
        "log10_lr": ratio.log10_lr,
        "lr_bounds": list(ratio.lr_bounds),
        "opinion": ratio.opinion,
        "words": words(ratio.log10_lr, ratio.opinion).as_json(),
        "why": ratio.why.as_json(),
        "population": given,
        "held_out": told,
        "rests_on": rests_on(given, told).as_json(),
        "scale": scale.name,
    }


def _too_few(voices: Voices, fewest: int) -> UsageError:
    from mingjian.weigh.origin import several

    shown = voices.left_out[:5]
    zh = "".join(f"\n  {path}：{why.zh}" for path, why in shown)
    en = "".join(f"\n  {path}: {why.en}" for path, why in shown)
    count = len(several(voices.origins))
    return UsageError(
        Message(
            f"参照总体中有两段以上可用录音的人声只有 {count} 个，至少需要 {fewest} 个{zh}",
            f"only {count} voices of the population have two recordings that can be used; "
            f"{fewest} are needed{en}",
        ),
        Message(
            "每个人声一个文件夹，各放两段以上不同时间的录音，条件与本案相近",
            "one folder for each voice, two recordings or more of different times in it, like the "
            "case in their conditions",
        ),
    )
