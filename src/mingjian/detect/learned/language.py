"""Which language a text is in: zh, en or other. A condition of most reference populations."""

from __future__ import annotations

import re
from typing import Literal

Tongue = Literal["zh", "en", "other"]

LONGEST = 20_000
"""Characters looked at; the language of a longer text is that of its beginning."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_OTHER_LETTER = re.compile(r"[\u0370-\u1fff\u0900-\u0fff]")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")
_COMMON = """
the a an and or but if of to in on at for from by with is are was were be been am do
does did have has had will would can could should may not no this that these those it
its he she they we you i me my your his her their our us them as so than then there here
what which who when where how why all any some more most just please now get new out up
about into over after only also
"""
_ENGLISH = frozenset(_COMMON.split())
_COMMON_ELSEWHERE = """
und der die das ist nicht ein eine einen mit sich auf den dem von zu sie ihr ihre ihren ihnen wir
sind wird werden oder auch nur nach bei im le la les des du et vous votre vos une est sur dans qui
que pour nous avec pas sont plus ce cette au aux el los las por para su sus con del se lo como
usted este esta todo da dos das na nos em um uma seu sua voc com mais ao il di che per della dei
con non sono nel het een van niet op voor je uw zijn wij aan dat deze
"""
_ELSEWHERE = frozenset(_COMMON_ELSEWHERE.split()) - _ENGLISH
"""Common words of German, French, Spanish, Portuguese, Italian and Dutch (without accents)."""


def language_of(text: str) -> Tongue:
    """The language most of the text is written in.

    Chinese where Han characters carry it and there is little kana or hangul; English where the
    words are Latin, few letters are accented, common English words are among them (a text of
    eleven words or fewer needs none), and not more common words of other languages of western
    Europe. Everything else is "other".
    """
    head = text[:LONGEST]
    words = _LATIN_WORD.findall(head)
    if head.isascii():
        return _of_latin(words, 0) if words else "other"
    han = sum(map(len, _HAN.findall(head)))
    if han:
        foreign = len(_KANA_HANGUL.findall(head))
        # A Han character says about as much as half an English word.
        if foreign * 5 < han and han >= len(words):
            return "zh"
        if foreign * 5 >= han:
            return "other"
    if not words:
        return "zh" if han else "other"
    if len(_OTHER_LETTER.findall(head)) > len(words):
        return "other"
    return _of_latin(words, len(_ACCENTED.findall(head)))


def _of_latin(words: list[str], accented: int) -> Tongue:
    low = [word.lower() for word in words]
    common = sum(word in _ENGLISH for word in low)
    elsewhere = sum(word in _ELSEWHERE for word in low)
    if elsewhere >= 2 and elsewhere > common:
        return "other"
    if len(words) < 12:
        return "en" if accented * 4 <= len(words) or common * 8 >= len(words) else "other"
    if accented * 4 > len(words) and common * 8 < len(words):
        return "other"
    return "en" if common * 12 >= len(words) else "other"
