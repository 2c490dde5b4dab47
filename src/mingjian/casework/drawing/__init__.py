"""Exhibits drawn: one scene of plain shapes, written as SVG for pages or painted as pixels."""

from __future__ import annotations

from mingjian.casework.drawing.scene import scene_of
from mingjian.casework.drawing.svg import svg

__all__ = ["scene_of", "svg"]
