"""A mail's words and links as the numbers of the measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mingjian.detect.learned.meaning import meaning
from mingjian.detect.learned.normal import Normal
from mingjian.detect.mail.acts import acts
from mingjian.detect.mail.denied import DENIED
from mingjian.domain.finding import TextSpan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ASKS = (
    "sign_in",
    "credentials",
    "verify",
    "address_check",
    "payment",
    "scan_code",
    "attachment",
    "gift_cards",
    "errand",
    "mailbox_trouble",
    "parcel_trouble",
    "wallet",
)
_PRESSES = ("urgency", "threat", "reward", "secrecy", "extortion", "fortune")
CALMS = (
    "no_need_to_act",
    "safe_advice",
    "warns_of_fraud",
    "own_way",
    "subscription",
    "record_of_dealing",
    "masked_account",
    "you_asked",
    "person_answers",
    "shop_talk",
    "named_greeting",
    DENIED,
)
"""Acts that reassure or belong to ordinary dealings."""


def names() -> list[str]:
    """Names of the features, in the order of the vector."""
    own = [act.id for act in acts()]
    mixed = [
        "asks_and_presses",
        "asks_secret_by_link",
        "pays_in_secret",
        "asks",
        "presses",
        "calms",
        "veiled",
        "bare_link",
        "asks_calmly",
        "asks_nothing",
        DENIED,
    ]
    return [*own, *mixed]


def vector(found: Mapping[str, list[TextSpan]], links: int, veiled: int) -> NDArray[np.float64]:
    """The acts of one mail: mostly 0 or 1, so that length says little."""
    import numpy as np

    asks = sum(act in found for act in _ASKS)
    presses = sum(act in found for act in _PRESSES)
    calms = sum(act in found for act in CALMS)
    values = [float(act.id in found) for act in acts()]
    values += [
        float(asks > 0 and presses > 0),
        float("credentials" in found and ("sign_in" in found or links > 0)),
        float("secrecy" in found and ("payment" in found or "bank_change" in found)),
        min(asks, 4) / 2,
        min(presses, 4) / 2,
        min(calms, 4) / 2,
        min(veiled, 4) / 2,
        float(links > 0 and asks == 0),
        float(asks > 0 and presses == 0),
        float(asks == 0 and presses == 0),
        min(len(found.get(DENIED, ())), 2) / 2,
    ]
    return np.array(values)


def sense(normal: Normal) -> NDArray[np.float32]:
    """What the mail is about, as 64 numbers."""
    return meaning().of(normal.text)
