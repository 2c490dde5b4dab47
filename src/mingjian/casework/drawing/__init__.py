"""Exhibits drawn: one scene of plain shapes, written as SVG for pages or painted as pixels."""

from __future__ import annotations

from mingjian.casework.drawing.scene import EDGES, across_of, scene_of
from mingjian.casework.drawing.svg import svg, svg_again

__all__ = ["EDGES", "across_of", "scene_of", "svg", "svg_again"]
