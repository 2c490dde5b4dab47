"""Mingjian 明鉴: finds, weighs and handles the signs of AI-enabled crime in digital evidence.

    import mingjian
    result = mingjian.examine("docket/")
    for item in result["evidence"]:
        print(item["path"], [weight["words"]["en"] for weight in item["weights"]])

The result is the JSON form of `docs/reference/examination.schema.json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["__version__", "examine"]

if TYPE_CHECKING:
    from mingjian.app.api import examine as examine


def __getattr__(name: str) -> object:
    # The API pulls in the store and the detectors; `mingjian --help` must not pay for them.
    if name == "examine":
        from mingjian.app.api import examine

        return examine
    raise AttributeError(f"module 'mingjian' has no attribute {name!r}")
