"""Both themes meet WCAG AA, the style sheet fetches nothing, cards become harmless HTML."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mingjian.web import card

CSS = files("mingjian.web").joinpath("static", "desk.css").read_text("utf-8")


def _theme(selector: str) -> dict[str, str]:
    block = CSS[CSS.index(selector + " {") :].partition("}")[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("selector", [":root", ':root[data-theme="dark"]'])
def test_contrast(selector):
    theme = _theme(selector)
    for ink in ("ink", "soft", "accent", "hot", "ok"):
        for ground in ("paper", "wash", "raised"):
            assert _contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    assert _contrast(theme["accent"], theme["accent-wash"]) >= 4.5
    assert _contrast(theme["on-accent"], theme["accent"]) >= 4.5
    assert _contrast(theme["ink"], theme["mark"]) >= 4.5
    for shape in ("edge", "for", "contra"):
        assert _contrast(theme[shape], theme["paper"]) >= 3, shape


def test_dark_is_the_same_by_system_and_by_choice():
    assert _theme(':root:not([data-theme="light"])') == _theme(':root[data-theme="dark"]')


def test_the_style_sheet_fetches_nothing():
    assert not re.search(r"url\(|@import|https?:", CSS)


def test_a_card_is_cut_by_language_and_escaped():
    text = "# x\n\n## 中文\n\n甲\n乙 <b>\n\n## English\n\n**a** `<i>`\n\n"
    text += "| h |\n|---|\n| c |\n- one\n- two\n"
    assert str(card.html(card.section(text, "zh"))) == "<p>甲乙 &lt;b&gt;</p>"
    english = str(card.html(card.section(text, "en")))
    assert "<strong>a</strong> <code>&lt;i&gt;</code>" in english
    assert "<td>c</td>" in english
    assert "<li>two</li>" in english
    assert card.section("no sections", "en") == "no sections"


def test_a_cell_of_figures_is_not_broken_over_two_lines():
    made = str(card.html("| a | b |\n|---|---|\n| 0.32 / 0.01 | -1.3 … 2, or so |"))
    assert '<td class="whole">0.32 / 0.01</td><td>-1.3 … 2, or so</td>' in made


def test_a_hostile_card_takes_no_long_time():
    for text in ("`" * 200_000, "*" * 200_000, "|" * 200_000, "#" * 200_000, "1." * 100_000):
        assert card.html(text) is not None
