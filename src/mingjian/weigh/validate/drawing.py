"""Plain SVG axes for the validation plots: no plotting package, readable in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor

WIDTH, HEIGHT = 460, 350
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 34, 82
H1_COLOUR, H2_COLOUR, GREY = "#a93226", "#1f4e79", "#707070"

Point = tuple[float, float]


def ticks(low: float, high: float, wanted: int = 7) -> list[float]:
    """Round values from `low` to `high`, at steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    for power in range(-3, 7):
        for lead in (1, 2, 5):
            step = lead * 10.0**power
            if span / step <= wanted:
                first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
                return [round(i * step, 6) for i in range(first, last + 1)]
    return [low, high]


class Axes:
    """One plot. Coordinates are data values; what lies outside is drawn at the edge."""

    def __init__(
        self, title: str, x: tuple[float, float], y: tuple[float, float], names: tuple[str, str]
    ) -> None:
        self.title, self.names = title, names
        self.x, self.y = x, y
        self._drawn: list[str] = []
        self._legend: list[str] = []

    def at(self, point: Point) -> str:
        """Pixels of a data point, as SVG writes them."""
        (x0, x1), (y0, y1) = self.x, self.y
        x, y = min(max(point[0], x0), x1), min(max(point[1], y0), y1)
        across = LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - (y - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f},{down:.1f}"

    def line(self, points: Sequence[Point], colour: str, dash: str = "", name: str = "") -> None:
        """A line through points; dashes tell lines apart in print."""
        style = f'stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}" fill="none"'
        path = " ".join(self.at(point) for point in points)
        self._drawn.append(f'<polyline points="{path}" {style}/>')
        if name:
            i = len(self._legend)
            x, y = LEFT + (i % 2) * 200, HEIGHT - 24 + (i // 2) * 15
            self._legend.append(
                f'<line x1="{x}" y1="{y - 4}" x2="{x + 24}" y2="{y - 4}" {style}/>'
                f'<text x="{x + 30}" y="{y}">{escape(name)}</text>'
            )

    def bar(self, left: float, right: float, height: float, colour: str, opacity: float) -> None:
        """A bar from the bottom up, filled and outlined."""
        x0, y0 = self.at((left, height)).split(",")
        x1, y1 = self.at((right, self.y[0])).split(",")
        self._drawn.append(
            f'<rect x="{x0}" y="{y0}" width="{float(x1) - float(x0):.1f}" '
            f'height="{float(y1) - float(y0):.1f}" fill="{colour}" fill-opacity="{opacity}" '
            f'stroke="{colour}"/>'
        )

    def edge_mark(self, point: Point, colour: str) -> None:
        """A small triangle at the edge for a value that has no place on the axis (infinite)."""
        x, y = (float(part) for part in self.at(point).split(","))
        way = -6 if point[1] > 0 else 6
        self._drawn.append(
            f'<path d="M{x - 4:.1f},{y - way:.1f} L{x + 4:.1f},{y - way:.1f} L{x:.1f},{y:.1f} z" '
            f'fill="{colour}"/>'
        )

    def svg(self) -> str:
        """The finished plot with title, grid, tick numbers, axis names and legend."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'role="img" aria-label="{escape(self.title)}" font-family="sans-serif" '
            f'font-size="11"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="20" font-size="13" font-weight="bold">'
            f"{escape(self.title)}</text>",
        ]
        bottom = HEIGHT - BOTTOM
        for value in ticks(*self.x):
            x = self.at((value, self.y[0])).split(",")[0]
            parts.append(
                f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}" stroke="#e2e2e2"/>'
                f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">{value:g}</text>'
            )
        for value in ticks(*self.y, 6):
            y = self.at((self.x[0], value)).split(",")[1]
            parts.append(
                f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#e2e2e2"/>'
                f'<text x="{LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{value:g}</text>'
            )
        middle_y = (TOP + bottom) / 2
        parts += [
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{bottom + 32}" text-anchor="middle">'
            f"{escape(self.names[0])}</text>",
            f'<text transform="translate(14,{middle_y}) rotate(-90)" text-anchor="middle">'
            f"{escape(self.names[1])}</text>",
            *self._drawn,
            f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
            f'height="{bottom - TOP}" fill="none" stroke="#333"/>',
            *self._legend,
            "</svg>",
        ]
        return "".join(parts)
