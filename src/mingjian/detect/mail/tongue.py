"""Which language a mail is written in: those of the reference populations, else "other"."""

from __future__ import annotations

import re
from unicodedata import normalize

from mingjian.detect.learned.language import language_of

_WORD = re.compile(r"[a-z]+")
_TOKENS = re.compile("<(?:link|mail)>")
_HEAD = 8_000
"""Characters looked at."""
_COMMON = {
    "en": "the and of to is are you your we our for with this that it have has be will on at from "
    "not if by please can an was been as or i my me",
    "de": "und der die das ist nicht ein eine mit sich auf den dem von zu sie ihr ihre ihnen ihren "
    "wir wird werden oder auch nur nach bei fur im ich sind haben uber diese wenn zum zur bitte "
    "jetzt hier einen einem uns unser unsere kein keine aus dass du dein deine hallo",
    "fr": "le la les des du et vous votre vos une est sur dans qui que pour nous avec pas sont "
    "plus cette ce au aux par un ne ou notre si bonjour ici mon ma tout cet ete merci afin etre",
    "es": "el la los las y que para por su sus con del se lo como usted este esta una un en no ha "
    "tu te si mas ya nos hola aqui muy al gracias ser has son sin",
    "pt": "o os e que para por seu sua seus com da do dos das na no em um uma voce nos ao mais foi "
    "nao se ou como ja esta sao pelo pela este ate ola aqui sem voc muito obrigado obrigada",
    "it": "il di che per e la della dei del con non sono nel una un le i tuo tua suo sua alla al "
    "questo questa da in ti ci gli si se piu ciao grazie qui vi lei ha abbiamo hai",
    "nl": "het een van niet op voor je uw zijn wij we aan dat deze de en u om met is te bij ook er "
    "naar in die dit wordt worden heeft hebt kunt onze ons als nog hier jouw klik bent",
}  # fmt: skip
EUROPE = ("de", "fr", "es", "pt", "it", "nl")
_WORDS = {tongue: frozenset(words.split()) for tongue, words in _COMMON.items()}
_BOUND = 0.09
"""Share of a text's words that must be common words of its language."""


_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_WITHOUT = {"ß": "s", "ø": "o", "æ": "a", "œ": "o", "ł": "l", "ı": "i"}


def unaccented(text: str) -> str:
    """A lower-case text without the accents of Latin letters, character for character: half of
    the mails of a collection lost them on the way, and lures in English put them on."""
    return _ACCENTED.sub(_bare, text)


def _bare(match: re.Match[str]) -> str:
    letter = match[0]
    return _WITHOUT.get(letter) or normalize("NFD", letter)[0]


def tongue_of(text: str) -> str:
    """zh, en, de, fr, es, pt, it, nl or other, of a text made alike (`acts.made_alike`).

    Mail of western Europe is told by its common words; a text that has few of any language is
    what `language_of` calls it."""
    text = _TOKENS.sub("", text[:_HEAD])
    known = language_of(text)
    if known == "zh":
        return known
    words = _WORD.findall(unaccented(text))
    if not words:
        return known
    counts = {tongue: sum(w in common for w in words) for tongue, common in _WORDS.items()}
    best = max(counts, key=counts.__getitem__)
    if best != "en" and counts[best] >= max(2, _BOUND * len(words)) and counts[best] > counts["en"]:
        return best
    return known
