"""Bombs through the command line: refused in words, bounded, and their neighbours are examined."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile.bombs import bombs, pdf_forms
from tests.hostile.formats import ID_TEXT
from tests.hostile.product import Product, check_complete

MIB = 1 << 20
MEMORY = 2048 * MIB
"""What the limits give one item; two workers may each have one under way."""
SAID = {
    "flat.zip": "decompression bomb",
    "flat.gz": "decompression bomb",
    "layers.gz": "decompression bomb",
    "overlapping.zip": "overlapping entries",
    "200-deep.zip": "Nested more than 8 levels",
    "in-mails.eml": "Nested more than 8 levels",
    "mime.eml": "nested more than",
    "manyfold.zip": "MiB unpacked",
    "laughs.svg": "entities",
    "deep.html": "nested so deeply",
    "arrays.pdf": "damaged or malformed",
    "loop.pdf": "cannot be read",
    "wide.png": "pixels",
    "wide.gif": "pixels",
    "wide.tiff": "pixels",
    "wide.webp": "pixels",
}


@pytest.fixture(scope="module")
def bombed(tmp_path_factory):
    """All bombs and a few plain files in one folder, examined together."""
    folder = tmp_path_factory.mktemp("bombs") / "in"
    folder.mkdir()
    for name, make in bombs().items():
        if name != "forms.pdf":  # has its own test, with less memory to use up
            (folder / name).write_bytes(make())
    for number in range(20):
        (folder / f"plain-{number}.txt").write_text(f"{number} {ID_TEXT}", "utf-8")
    # The ceilings are lowered so that the test stays quick; the mechanism is the same.
    small = {"MINGJIAN_LIMITS__EXPANDED_BYTES": str(64 * MIB), "MINGJIAN_WORKERS": "2"}
    product = Product(folder.parent / "home", small)
    return folder, product, product.examine(folder)


def test_every_item_has_its_record(bombed) -> None:
    folder, product, done = bombed
    check_complete(done, folder)
    assert product.problems() == []


def test_memory_is_bounded(bombed) -> None:
    _, _, done = bombed
    assert done.ended.peak < 2 * MEMORY


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_bomb_is_refused_in_words(bombed, name) -> None:
    _, _, done = bombed
    assert SAID[name] in done.reasons(name)


def test_the_neighbours_are_examined(bombed) -> None:
    _, _, done = bombed
    for number in range(20):
        states = done.states(f"plain-{number}.txt")
        assert states["privacy.personal_information"] == "found"
        assert not {"failed", "timed_out", "not_examinable"} & set(states.values())


def test_what_was_unpacked_before_the_limit_is_kept(bombed) -> None:
    _, _, done = bombed
    assert len(list(done.of("200-deep.zip"))) == 9
    assert len(list(done.of("members.zip"))) == 301
    assert len(list(done.of("members.tar"))) == 301


def test_an_unpacker_that_dies_costs_only_the_unpacking(tmp_path: Path) -> None:
    """PDFium aborts when forms that draw one another use up the memory."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "forms.pdf").write_bytes(pdf_forms(12))
    less = {"MINGJIAN_LIMITS__MEMORY_BYTES": str(512 * MIB)}
    product = Product(tmp_path / "home", less)
    done = product.examine(folder)
    (own,) = done.evidence
    assert (own["kind"], own["format"]) == ("document", "pdf")
    assert {one["state"] for one in own["examinations"]} == {"quiet"}
    assert "could not be unpacked" in done.reasons("forms.pdf")
    assert done.ended.peak < 1024 * MIB


def test_ten_thousand_members(tmp_path: Path) -> None:
    from tests.hostile.bombs import many_members

    file = tmp_path / "members.zip"
    file.write_bytes(many_members(10_000))
    less = {"MINGJIAN_LIMITS__MEMBERS": "300"}
    done = Product(tmp_path / "home", less).examine(file)
    assert len(done.evidence) == 301
    assert "9700 more members" in "".join(gap["why"]["en"] for gap in done.items[0]["not_examined"])
