"""Acts that a mail names and does not do: it denies asking, or tells what swindlers do."""

from __future__ import annotations

import re

DENIED = "denied"
"""What `acts.found_acts` calls the places where an act that asks is named and not done."""
MAY_BE_DENIED = frozenset(
    {
        "sign_in",
        "credentials",
        "verify",
        "address_check",
        "payment",
        "bank_change",
        "gift_cards",
        "attachment",
        "scan_code",
        "errand",
        "off_channel",
        "wallet",
        "reward",
        "fortune",
        "parcel_trouble",
        "mailbox_trouble",
        "shared_document",
        "extortion",
    }
)
"""Not threats and haste: they follow upon what the reader does not do."""
_BEFORE = re.compile(
    r"\b(?:never|not|n't|nor|without|nobody will) (?:\w+ )?"
    r"(?:ask|request|requir|need|send|shar|giv|tell|click|enter|pay|provid|disclos|accept|trust)"
    r"\w*\b[^.!?;:,]{0,40}$|"
    r"(?<!if you )\b(?:never|(?:do|must|should|will|would) not|don'?t|won'?t|no need to|without) "
    r"(?:\w+ )?$|"
    r"(?:不会|不要|不用|不需|不必|不收|不通过|不接受|勿|(?<![特级类区个告分识])别(?![的人名])|从不|从未|并未|"
    r"并非|无需|无须|绝不|没有(?:委托|授权|要求|任何|通过|开设|向))[^。！？；;:!?，,]{0,24}$"
)
"""Before an act, within its sentence: what is named is not asked for."""
_OF_SWINDLERS = re.compile(
    r"\b(?:scam\w*|fraudsters?|criminals?|phishers?|(?:anti-?|simulated )phishing|"
    r"phishing (?:attempt|exercise|drill|scam)s?|impersonat\w+|pretend\w*|posing as|imitat\w+|"
    r"(?:fake|fraudulent|bogus) \w+)\b|"
    r"骗子|骗术|骗局|骗取|诱导|冒充|冒用|仿冒|假冒|谎称|自称|钓鱼"
)
"""In a sentence: it tells what swindlers do."""
_ENDS = re.compile(r"[.!?。！？;；](?=[ \u3400-\u9fff]|$)")
_FAR = 160
"""Characters on either side of an act in which its sentence is looked for."""


def only_named(text: str, start: int, end: int) -> bool:
    """Whether the sentence around a place of a text made alike names an act without doing it."""
    before = text[max(0, start - _FAR) : start]
    cuts = [cut.end() for cut in _ENDS.finditer(before)]
    before = before[cuts[-1] :] if cuts else before
    after = text[end : end + _FAR]
    cut = _ENDS.search(after)
    after = after[: cut.start()] if cut else after
    named = text[start:end]
    return bool(_BEFORE.search(before) or _OF_SWINDLERS.search(before + named + after))
