"""The fused measurement: words and acts by learnt models, protocol and parts by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mingjian.detect.learned import store
from mingjian.detect.learned.linear import Linear
from mingjian.detect.learned.normal import Normal
from mingjian.detect.mail.acts import found_acts, made_alike, veiled_words
from mingjian.detect.mail.features import names, sense, vector
from mingjian.detect.mail.letter import Letter
from mingjian.detect.mail.links import link_signs
from mingjian.detect.mail.second import Second
from mingjian.detect.mail.sender import Sender, read_sender
from mingjian.detect.mail.signs import Sign, link_weights, part_signs, sender_signs, total
from mingjian.detect.mail.tongue import EUROPE, tongue_of, unaccented
from mingjian.domain.finding import TextSpan

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACKAGE, NAME = "mingjian.detect.mail", "phishing_model"
GRAM_CHARACTERS = 4_000
"""The n-grams of a longer mail are those of its beginning."""
SENSE_SCALE = 4.0
"""The 64 numbers of meaning are of length 1; this puts them on the footing of the acts."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the acts and of meaning, and of character n-grams; then the second reading."""

    dense: NDArray[Any]
    bias: float
    grams: Linear
    gram_share: float
    second: Second

    def of(
        self,
        normal: Normal,
        tongue: str,
        acts: dict[str, list[TextSpan]],
        links: int,
        veiled: int,
    ) -> tuple[float, float | None]:
        """The learnt part of the measurement, and what a second reading told; None where the mail
        was read once, as every mail in another language than the encoder's is."""
        import numpy as np

        values = np.concatenate((vector(acts, links, veiled), SENSE_SCALE * sense(normal)))
        dense = float(self.dense @ values) + self.bias
        found = self.grams.grams(unaccented(normal.text[:GRAM_CHARACTERS]))
        first = dense + self.gram_share * self.grams.measure(found)
        if first < self.second.least or tongue in EUROPE:
            return first, None
        told = self.second.told(normal, tongue)
        return self.second.together(first, told), told


@lru_cache(maxsize=1)
def model() -> Model:
    """The installed model; raises `Unavailable` where it is missing or altered."""
    arrays = store.load(PACKAGE, NAME)
    numbers = arrays["mix"]
    return Model(
        arrays["dense"],
        float(numbers[0]),
        Linear.of(arrays, "grams."),
        float(numbers[1]),
        Second(arrays),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurement of one letter and everything it rests on."""

    score: float
    learnt: float
    told: float | None
    """By the second reading: above zero for phishing; None where the mail was read once."""
    acts: dict[str, list[TextSpan]]
    signs: list[Sign]
    sender: Sender | None
    normal: Normal
    tongue: str
    veiled: int


def measured(letter: Letter) -> Measured:
    """Measure a letter."""
    normal = made_alike(letter.text)
    tongue = tongue_of(normal.text)
    acts = found_acts(normal, tongue)
    veiled = veiled_words(letter.text)
    signs = link_weights(link_signs(letter.links, letter.forms, letter.asks_password))
    signs += part_signs(letter, acts)
    sender = read_sender(letter) if letter.has_headers else None
    if sender is not None:
        signs += sender_signs(sender)
    learnt, told = model().of(normal, tongue, acts, len(letter.links), veiled)
    return Measured(
        learnt + total(signs), learnt, told, acts, signs, sender, normal, tongue, veiled
    )


def dense_names() -> list[str]:
    """Names of the acts' features, for the model's note."""
    return names()
