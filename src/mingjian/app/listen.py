"""A recording to listen to: decoded where evidence is parsed, and written anew as plain sound.

What a browser is given is made of samples only: nothing of the file itself reaches its decoders.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mingjian.app.access import Actor, require
from mingjian.app.child import ask
from mingjian.app.desk import NotThere
from mingjian.app.settings import Settings
from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.content import FileContent
from mingjian.intake.identify import identify
from mingjian.intake.limits import Refused
from mingjian.intake.media import NeedsMedia
from mingjian.run.frames import RAW
from mingjian.store.store import Store

FUNCTION = "mingjian.app.listen:in_child"
RATE = 16_000
LONGEST = 120.0
"""Seconds, from the beginning, that can be listened to."""

_NO_SOUND = Message("没有可听的录音", "there is no recording to listen to")


def in_child(request: Mapping[str, object], step: Callable[[str], None]) -> Json:
    """The sandboxed part: `RATE` samples a second, 16 bit, one channel."""
    import numpy as np

    from mingjian.intake.sound import decode, resample

    content, name = FileContent(Path(str(request["path"]))), str(request["name"])
    identity = identify(content, name, None)
    evidence = Evidence(
        sha256="", sm3="", size=content.size, path=name, identity=identity, content=content
    )
    try:
        sound = decode(evidence, places=1, seconds=LONGEST)
    except (NeedsMedia, Refused) as refused:
        return {"refused": refused.why.as_json()}
    samples = resample(np.ascontiguousarray(sound.stretches[0].samples), sound.rate, RATE)
    return {RAW: (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()}


def listen(store: Store, actor: Actor, settings: Settings, sha256: str) -> bytes:
    """The first `LONGEST` seconds as a WAV file; `NotThere` where there is nothing to hear."""
    require("case.read", actor)
    places = store.found_in(sha256, 1) if len(sha256) == 64 else []
    if not places or not store.vault.holds(sha256):
        raise NotThere(_NO_SOUND)
    request = {"path": str(store.vault.path(sha256)), "name": Path(places[0].path).name}
    answer: Any = ask(FUNCTION, request, settings)
    if "refused" in answer:
        raise NotThere(_NO_SOUND, Message(**answer["refused"]))
    return as_wav(answer.get(RAW, b""))


def as_wav(samples: bytes) -> bytes:
    """A WAV file of these samples, whoever made them."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples[: int(LONGEST) * RATE * 2])
    return file.getvalue()
