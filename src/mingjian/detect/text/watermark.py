"""`text.watermark`: is the statistical watermark of a provider whose key is at hand in a text?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.text.tokens import (
    Tokenise,
    by_vocabulary,
    characters,
    given_ids,
    read_vocabulary,
)
from mingjian.detect.text.watermark_tests import Outcome, green_list, synthid
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

ALARM = 1e-6
"""One-sided p below which the mark is said to be there; also the rate of false alarms."""

_NO_KEY = Message(
    "未检验：没有提供方的水印密钥。取得密钥后，在设置中为 text.watermark 指定 kgw_key 或 "
    "synthid_keys，以及 tokens（词表路径、ids 或 characters）",
    "not examined: no provider's watermark key. With a key, give text.watermark the option "
    "kgw_key or synthid_keys, and tokens (path of a vocabulary, ids, or characters)",
)


def _bad(zh: str, en: str) -> Unavailable:
    return Unavailable(Message(f"水印检验的设置有误：{zh}", f"watermark settings: {en}"))


class Watermark:
    """Tests for keyed watermarks; states a fact with its rate of false alarms."""

    name: ClassVar[str] = "text.watermark"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.TEXT})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """Options: kgw_key (whole number), kgw_gamma (0.25), kgw_vocabulary_size (size of the
        vocabulary), synthid_keys (whole numbers, comma between), synthid_ngram (5), tokens."""
        self._kgw: tuple[int, float, int] | None = None
        self._keys: tuple[int, ...] = ()
        self._exact = False
        self._tokenise: Tokenise = characters
        if not (options.get("kgw_key") or options.get("synthid_keys")):
            return
        size = self._set_tokens(options.get("tokens", ""))
        try:
            if options.get("kgw_key"):
                gamma = float(options.get("kgw_gamma", "0.25"))
                size = int(options.get("kgw_vocabulary_size", "0")) or size
                if not 0 < gamma < 1 or not 100 <= size <= 1_000_000:
                    raise ValueError
                self._kgw = (int(options["kgw_key"]), gamma, size)
            given = options.get("synthid_keys", "")
            self._keys = tuple(int(key) for key in given.split(",") if key.strip())
            self._ngram = int(options.get("synthid_ngram", "5"))
            if len(self._keys) > 64 or not 2 <= self._ngram <= 16:
                raise ValueError
        except ValueError:
            # The key itself is never repeated in a message.
            raise _bad(
                "密钥须为整数，kgw_gamma 在 0 与 1 之间，kgw_vocabulary_size 在 100 与 1000000 "
                "之间，synthid_ngram 在 2 与 16 之间",
                "keys are whole numbers, kgw_gamma is between 0 and 1, kgw_vocabulary_size "
                "between 100 and 1000000, synthid_ngram between 2 and 16",
            ) from None

    def _set_tokens(self, told: str) -> int:
        """Choose how text becomes ids; the size of the vocabulary where one was read."""
        if told == "ids":
            self._tokenise, self._exact = given_ids, True
            return 0
        if told == "characters":
            self._exact = True
            return 0x110000 - 1
        if not told:
            raise _bad("缺少 tokens", "tokens is missing")
        try:
            vocabulary = read_vocabulary(Path(told))
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise _bad(
                f"词表无法读取（{type(error).__name__}）",
                f"the vocabulary could not be read ({type(error).__name__})",
            ) from None
        self._tokenise = by_vocabulary(vocabulary)
        return max(vocabulary.values()) + 1

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        if self._kgw is None and not self._keys:
            raise NotApplicable(_NO_KEY)
        try:
            ids = self._tokenise(evidence.text or "")
        except ValueError:
            raise NotApplicable(
                Message("文本不是词元编号的列表", "the text is not a list of token ids")
            ) from None
        found = []
        if self._kgw is not None:
            found.append(("kgw", "KGW", green_list(ids, *self._kgw)))
        if self._keys:
            found.append(("synthid", "SynthID-Text", synthid(ids, self._keys, self._ngram)))
        if all(outcome is None for _, _, outcome in found):
            raise NotExaminable(
                Message("词元太少，水印检验无从进行", "too few tokens for a test of a watermark")
            )
        for scheme, label, outcome in found:
            if outcome is not None:
                yield self._finding(scheme, label, outcome)

    def _finding(self, scheme: str, label: str, outcome: Outcome) -> Finding:
        there = outcome.p < ALARM
        zh = "与该密钥的水印相符" if there else "未见该密钥的水印"
        en = "fits a watermark of this key" if there else "shows no watermark of this key"
        near_zh = near_en = ""
        if not self._exact:
            near_zh = "词元按词表最长匹配切分，与提供方的切分器不尽相同，会削弱而不会伪造水印。"
            near_en = (
                " Tokens were cut by longest match in the vocabulary, not by the provider's "
                "tokenizer, which weakens a mark and does not make one."
            )
        return Finding(
            signal=f"text.watermark_{scheme}",
            because=Message(
                f"{label} 检验：{outcome.tested} 个单位中 {outcome.marked} 个带标记，"
                f"无水印时预期 {outcome.expected:.1f} 个，z = {outcome.z:.2f}，"
                f"单侧 p = {outcome.p:.2g}；{zh}。"
                f"判为相符的界限是 p < {ALARM:g}，即无水印文本约百万分之一会误判。{near_zh}"
                "未见水印不能证明文本由人写成：其他密钥、其他模型、改写都不会留下此水印。",
                f"{label} test: {outcome.marked} of {outcome.tested} units carry the mark, "
                f"{outcome.expected:.1f} expected without it, z = {outcome.z:.2f}, one-sided p = "
                f"{outcome.p:.2g}; the text {en}. The limit is p < {ALARM:g}: about one text in a "
                f"million without the mark would pass it.{near_en} No mark does not show that a "
                "person wrote the text: another key, another model or a rewrite leaves none.",
            ),
            quiet=not there,
            details={
                "scheme": scheme,
                "tested": outcome.tested,
                "marked": outcome.marked,
                "expected": round(outcome.expected, 3),
                "z": round(outcome.z, 4),
                "p": float(f"{outcome.p:.4g}"),
                "false_alarm_rate": ALARM,
                "exact_tokens": self._exact,
            },
        )
