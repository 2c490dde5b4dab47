"""Words of long texts are looked up in arrays: what is found is what the patterns alone find."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import (
    addresses_en,
    addresses_post,
    forms_en,
    gates,
    names_en,
    neighbours_en,
    words,
)
from mingjian.detect.privacy.gates import codes_of, matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.words import Known, Pairs, words_of

PIECES = (
    *"\n\t ,.:;-'’\"“”(/#@&=>_1é中，：Ü𠮷\uffff",
    *(
        "  ",
        "\n\n",
        ", ",
        ". ",
        " \n ",
        "12 ",
        "7b, ",
        "12-14 ",
        "4 ",
        " 82",
        " 12345",
        "9XJ",
        "1A1",
    ),
    *(
        "John",
        "Smith",
        "Maria",
        "Wei",
        "Agus",
        "Zoë",
        "Müller",
        "O'Neil",
        "McDonald",
        "JOHN",
        "SMITH",
    ),
    *("ZHANG", "LÜ", "Jean-Luc", "Christopherson", "J", "J.", "A. ", "Supriyadi", "Björn", "Île"),
    *(
        "Brian Jones",
        "Wei Zhang",
        "Anna M. Kowalska",
        "van der Berg",
        "de la Cruz",
        " de ",
        "binti ",
    ),
    *(
        "my name is ",
        "Name: ",
        "name=",
        "NAME ",
        "From: ",
        "first_name\t",
        "cc: ",
        "driver (HGV): ",
    ),
    *(
        "Dear ",
        "witness ",
        "survived by ",
        "by ",
        "fiancé ",
        "Officer ",
        "it's ",
        "contact ",
        "Hi ",
        "I'm ",
    ),
    *(
        "Mr ",
        "Dr. ",
        "Prof",
        " MR",
        "/MR",
        "HALVORSEN/INGRID MS",
        "MISS ",
        '"Winnie" ',
        "Park",
        "Hall",
    ),
    *(
        "High Street",
        "Main St",
        "St",
        "Stéphane",
        " Broadway",
        "N. ",
        "Rose Cottage, Mill Lane, Westport",
    ),
    *(
        "named CBN/",
        "call me Al",
        "P.O. Box 12",
        "Unit 4021, Box 77",
        "PSC 808 Box 10",
        "Address: ",
        "shipping addr=",
        " at 12 ",
    ),
    *(
        "lives at ",
        "moved to ",
        "Plot 14, Admiralty Way, Lekki",
        "Flat 3",
        "Apt. 5",
        "Blk 21",
        "#04-12 ",
    ),
    *(
        ", AZ 85301",
        " TX\n78701",
        "Leeds LS1 4AP",
        "ON K1A 0B1",
        "NSW 2000",
        "Tokyo, 100000",
        "in 2024",
    ),
    *(
        "Hong Kong",
        "Dublin 4",
        "Puruntie 82, ",
        "Calle Mayor 3, 28013 Madrid",
        "Austin",
        "said",
        "Manager",
    ),
    *("BYRD, TERRENCE A", "Westport, View, ", "12 Grange Park, Leeds", "Seoul 04524"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


def _finders() -> list[Callable[[str], Iterator[Hit]]]:
    return [names_en._find, forms_en.find_forms_en, addresses_en.find_addresses_en]


def _found(text: str, long_from: int) -> list[list[Hit]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", long_from)
        patch.setattr(addresses_en, "LONG", long_from)
        patch.setattr(words, "LONG", long_from)
        found = [list(find(text)) for find in _finders()]
        names = [hit for hits in found for hit in hits]
        return [*found, list(neighbours_en.find_neighbours_en(text, names))]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("6 Cook [[name:SUPRIYADI Agus]]\n")
@example("12 Rue Stéphane 4 Main StX 9 Main St")
@example("12345 High Street 12 1 2 3 4 Street")
@example("lives at 180 Kingsway, Manchester M20 3RE and 28245 Puruntie 82, Apt. 5")
def test_what_is_found_does_not_depend_on_how_it_is_looked_for(text: str) -> None:
    for long, short in zip(_found(text, 0), _found(text, 1 << 40), strict=True):
        assert sorted(set(long)) == sorted(set(short))


def test_gates_are_open_wherever_their_patterns_match() -> None:
    text = "".join(PIECES) + " ".join(PIECES) + "\n".join(PIECES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        for pattern, gate in (
            (names_en._TITLE, names_en._TITLE_GATE),
            (neighbours_en._NAME, neighbours_en._NAME_GATE),
            (forms_en._INITIALS, forms_en._INITIALS_GATE),
            (forms_en._TICKET, forms_en._TICKET_GATE),
            (forms_en._NICKNAME, forms_en._NICKNAME_GATE),
            (forms_en._PLACE_SURNAME, forms_en._PLACE_GATE),
            (addresses_en._PLOT, addresses_en._PLOT_GATE),
            (addresses_en._TO, addresses_en._TO_GATE),
            (addresses_post._NAMED, addresses_post._NAMED_GATE),
        ):
            found = [match.span() for match in matches(pattern, text, gate)]
            assert found == [match.span() for match in pattern.finditer(text)]


def test_words_are_heldup_to_a_letter_of_the_other_case() -> None:
    text = "McDonald JOHN John's xÉ é Unconstitutional"
    held = words_of(text)
    read = [text[at - gates.EDGE : end - gates.EDGE] for at, end in zip(*held[:2], strict=True)]
    assert read == ["Mc", "Donald", "JOHN", "John", "Unconstituti"]
    assert held.cut().tolist() == [False] * 4 + [True]


def test_a_list_knows_its_words_in_either_case() -> None:
    known = Known(["John", "O'Neil", "Élodie"])
    held = known.among(words_of("John JOHN Joan O'Neil Élodie ÉLODIE"))
    assert held.tolist() == [True, True, False, True, False, True, True, False]


def test_pairs_stand_in_either_case_and_beside_anything() -> None:
    pairs = Pairs(["is", "n:"])
    codes = codes_of("This IS n: N: s: 中s")
    held = pairs.hold(codes, np.arange(1, len(codes)))
    assert held.sum() == 4
