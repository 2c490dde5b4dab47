"""Exhibits drawn: every type, in both languages, whatever a record may hold."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as tree
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mingjian.casework.drawing import scene_of, svg
from mingjian.casework.drawing.paint import paint
from mingjian.casework.drawing.scene import ticks, unpack
from mingjian.casework.drawing.svg import png
from mingjian.domain.finding import (
    Area,
    Axis,
    Box,
    Curve,
    CurveExhibit,
    Exhibit,
    MapExhibit,
    PictureExhibit,
    Raster,
    Segment,
)
from mingjian.domain.message import Message
from mingjian.domain.record import exhibit_json

GREY = Raster(width=40, height=20, pixels=bytes(range(200)) * 4)
TIME = Axis(name=Message("时间", "Time"), first=0, last=3.6, unit="s")
TONE = Axis(name=Message("频率", "Frequency"), first=8000, last=0, unit="Hz")
TITLE = Message("题 <b>", "Title & <b>")
EXHIBITS: list[Exhibit] = [
    PictureExhibit(
        title=TITLE,
        picture=Raster(width=2, height=2, channels=3, pixels=bytes(12)),
        width=4000,
        height=3000,
        marks=(Box(left=10, top=20, width=300, height=400),),
        lines=(Segment(1, 2, 3000, 2000),),
    ),
    MapExhibit(title=TITLE, values=GREY, across=TIME, down=TONE, marks=(Area(1, 7000, 2, 100),)),
    MapExhibit(
        title=TITLE,
        values=GREY,
        across=Axis(name=Message("横", "Across"), first=0, last=800, unit="px"),
        down=Axis(name=Message("纵", "Down"), first=0, last=400, unit="px"),
        under=GREY,
    ),
    CurveExhibit(
        title=TITLE,
        across=TIME,
        up=Axis(name=Message("强度", "Strength"), first=-2, last=2),
        curves=(Curve(Message("一", "one <i>"), ((0, -2), (1, 0), (3.6, 2))),),
        marks=((1.0, 2.0),),
    ),
]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.type)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drawing_is_one_svg_in_one_language(exhibit: Exhibit, language: Any) -> None:
    page = tree.fromstring(str(svg(scene_of(exhibit_json(exhibit), language), "a <b>")))
    words = "".join(page.itertext())
    assert page.tag == "svg"
    if exhibit.type != "picture":
        assert ("时间" in words or "横" in words) == (language == "zh")
    if exhibit.type == "curve" and language == "en":
        assert "one <i>" in words  # escaped, not an element


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.type)
def test_a_painting_has_the_scene_s_shape(exhibit: Exhibit) -> None:
    scene = scene_of(exhibit_json(exhibit), "zh")
    with Image.open(io.BytesIO(paint(scene, 1.0))) as picture:
        assert picture.size == (640, round(scene.height))
        assert len(set(picture.convert("L").tobytes())) > 1  # not a blank sheet


def test_pixels_go_in_and_come_out() -> None:
    packed: Any = exhibit_json(EXHIBITS[1])["values"]
    assert unpack(packed) == GREY
    with Image.open(io.BytesIO(png(40, 20, 1, GREY.pixels))) as picture:
        assert (picture.size, picture.mode, picture.tobytes()) == ((40, 20), "L", GREY.pixels)


@pytest.mark.parametrize(
    "change",
    [{"width": 41}, {"width": 0}, {"height": 10**9}, {"pixels": "AAAA"}, {"channels": 3}],
)
def test_pixels_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    packed: Any = exhibit_json(EXHIBITS[1])["values"]
    with pytest.raises(ValueError, match=r"raster|unpack"):
        unpack({**packed, **change})


def test_an_exhibit_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="hologram"):
        scene_of({"type": "hologram"}, "en")


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
@settings(max_examples=100, deadline=None)
def test_ticks_lie_between_the_ends(first: float, last: float) -> None:
    low, high = sorted((first, last))
    reach = (high - low) * 1e-6 + 1e-9
    found = ticks(first, last)
    assert len(found) <= 8
    assert all(low - reach <= value <= high + reach for value in found)


def test_ends_that_nearly_are_one_have_one_tick() -> None:
    assert ticks(0.0, 5e-324) == [0.0]


def test_no_ticks_where_there_is_no_number() -> None:
    assert ticks(math.nan, 1) == []
