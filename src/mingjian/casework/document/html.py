"""A document as one self-contained HTML page: no script, nothing fetched, prints on A4."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from mingjian.casework.document.blocks import Document, Figure, visible
from mingjian.casework.drawing import scene_of, svg

if TYPE_CHECKING:
    from jinja2 import Environment


def html(document: Document) -> str:
    """The page; everything from evidence passes through escaping."""
    css = files("mingjian.casework.report").joinpath("page.css").read_text("utf-8")

    def drawn(figure: Figure) -> str | Markup:
        try:
            return svg(scene_of(figure.exhibit, document.language), visible(figure.caption))
        except ValueError as error:
            return visible(error)

    return (
        _environment()
        .get_template("document.html")
        .render(document=document, css=css, drawn=drawn, kind=lambda b: type(b).__name__)
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mingjian.casework.document", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    return environment
