"""Speech made or cloned by a machine: a measurement of the grain of the sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from mingjian.detect.audio.recording import recording
from mingjian.detect.contract import NotApplicable
from mingjian.detect.learned import store
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Seconds
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

if TYPE_CHECKING:
    from mingjian.detect.audio.model import Model
    from mingjian.detect.audio.passage import Passage

SYNTHETIC = PropositionPair(
    id="audio.synthetic",
    h1=Message(
        "录音中的语音由机器合成、克隆或转换",
        "the speech in the recording was made, cloned or converted by a machine",
    ),
    h2=Message(
        "录音中的语音由真人说出并录下",
        "the speech in the recording was spoken by a person and recorded",
    ),
)
PACKAGE = "mingjian.detect.audio"
MODEL = "synthetic_voice"
LEAN = 0.5
"""A measurement nearer to 0 than this leans to neither side, and the sentence says so."""
LEAST = 1.0
"""Seconds of active sound below which nothing is weighed (by the scale's population)."""

_NO_SPEECH = Message(
    "录音中没有找到语音，没有可测量的内容。",
    "No speech was found in this recording: there is nothing to measure.",
)

_VIEWS = {
    "grain": Message("频谱细纹", "the fine texture of the spectrum"),
    "fine_grain": Message("单个声门脉冲附近的细节", "the detail around single pulses of the voice"),
    "scatter": Message("噪声与相位的散布", "how noise and phase scatter"),
}


@lru_cache(maxsize=1)
def _model() -> Model:
    from mingjian.detect.audio.model import Model

    return Model(store.load(PACKAGE, MODEL))


class Synthetic:
    """Measures speech in windows of some 2.4 s; gives no opinion on little speech or music."""

    name: ClassVar[str] = "audio.synthetic"
    version: ClassVar[str] = store.version("1", PACKAGE, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.AUDIO})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (SYNTHETIC,)

    def __init__(self, options: Mapping[str, str]) -> None:
        self._model = _model()

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        from mingjian.detect.audio.exhibits import exhibits
        from mingjian.detect.audio.passage import passage_of

        sound = recording(evidence)
        passage = passage_of(sound, self._model)
        if passage is None:
            raise NotApplicable(_NO_SPEECH)
        high = passage.score > LEAN
        marked = passage.marked(LEAN)
        yield Finding(
            signal="audio.synthetic_voice",
            because=_because(passage, marked),
            score=round(passage.score, 6),
            proposition=SYNTHETIC.id,
            quiet=not (high or marked),
            where=tuple(Seconds(round(a, 2), round(b, 2)) for a, b in marked),
            exhibits=exhibits(sound, passage, marked),
            context={
                "form": passage.form,
                "duration": round(passage.seconds, 3),
                "channel": "wide" if passage.wide else "telephone",
            },
            details={
                "windows": [
                    {"start": round(one.start, 2), "end": round(one.end, 2),
                     "measured": round(one.score, 3)}
                    for one in passage.windows
                ],
                "views": {key: round(value, 3) for key, value in passage.moved.items()},
                "highest_frequency": round(passage.top),
                "codec": sound.codec,
                "sample_rate": sound.rate,
                "seconds_read": round(sound.read_seconds, 2),
                "whole": sound.whole,
            },
        )  # fmt: skip


def _because(passage: Passage, marked: tuple[tuple[float, float], ...]) -> Message:
    score = passage.score
    size = Message(f"{passage.seconds:.1f} 秒", f"{passage.seconds:.1f} s")
    if passage.form != "speech":
        return Message(
            f"有声部分（{size.zh}）更像音乐或持续的声响，不像说话；测量值仅供参考，不加权。",
            f"What sounds here ({size.en}) is more like music or a steady sound than speech; the "
            "measurement is shown and not weighed.",
        )
    if passage.seconds < LEAST:
        return Message(
            f"语音太短（{size.zh}），测量值仅供参考，不加权。",
            f"There is too little speech ({size.en}); the measurement is shown and not weighed.",
        )
    band = (
        Message("", "")
        if passage.wide
        else Message("录音只有电话频段，", "The recording holds the telephone band only. ")
    )
    if score > LEAN:
        reasons = _reasons(passage)
        return Message(
            f"{band.zh}语音（{size.zh}）的{reasons.zh}更像测定所用的合成、克隆语音，"
            "不大像真人录音。降噪、修音、回声消除等处理过的真人录音也可能如此；"
            "这不能说明由哪个工具生成，也不能说明是谁的声音。",
            f"{band.en}Of this speech ({size.en}), what speaks most, {reasons.en}, is "
            "more like the synthetic and cloned speech that was measured than like recordings of "
            "people. Recordings of people that were denoised, retuned or echo-cancelled can look "
            "like this too. It cannot tell which tool made it, or whose voice it is.",
        )
    if marked:
        longest = max(marked, key=lambda pair: pair[1] - pair[0])
        return Message(
            f"{band.zh}整段语音（{size.zh}）不偏向合成一方，但有 {len(marked)} 处局部偏向，"
            f"例如第 {longest[0]:.1f} 至 {longest[1]:.1f} 秒；请结合频谱图核对是否经过拼接。",
            f"{band.en}The speech as a whole ({size.en}) does not lean to synthetic, but "
            f"{len(marked)} part(s) of it do, such as {longest[0]:.1f} s to {longest[1]:.1f} s; "
            "check against the spectrogram whether it was pieced together.",
        )
    if score < -LEAN:
        return Message(
            f"{band.zh}语音（{size.zh}）的声音细节更像测定所用的真人录音。"
            "这不能排除合成：新的生成方法和压缩、转录都可能抹去痕迹。",
            f"{band.en}In the detail of its sound this speech ({size.en}) is more like the "
            "recordings of people that were measured. This does not rule synthesis out: new ways "
            "of making speech, compression and re-recording can leave no trace.",
        )
    return Message(
        f"{band.zh}语音（{size.zh}）介于测定所用的合成语音与真人录音之间，不偏向任何一方。",
        f"{band.en}This speech ({size.en}) lies between the synthetic speech and the recordings of "
        "people that were measured, and leans to neither.",
    )


def _reasons(passage: Passage) -> Message:
    """The one or two views that moved the measurement most."""
    order = sorted(passage.moved, key=lambda key: (-passage.moved[key], key))[:2]
    chosen = [_VIEWS[key] for key in order if passage.moved[key] > 0] or [_VIEWS["grain"]]
    return Message("与".join(one.zh for one in chosen), " and ".join(one.en for one in chosen))
