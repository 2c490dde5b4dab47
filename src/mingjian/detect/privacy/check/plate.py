"""Vehicle plates of mainland China (GA 36): ordinary (7) and new-energy (8 characters)."""

from __future__ import annotations

import re

PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


_SERIAL = "[0-9A-HJ-NP-Z]"
_PLATE = re.compile(
    rf"[{PLATE_PROVINCES}][A-HJ-Z]"
    r"(?:[A-HJK][\x00-\x7f][0-9]{4}|[0-9]{5}[A-HJK]"
    rf"|(?!(?:[0-9]*[A-Z]){{4}}){_SERIAL}{{4}}[0-9A-HJ-NP-Z挂学警港澳领使试超])"
)


def is_plate(plate: str) -> bool:
    """`plate` without separators: province, letter, then a serial with few letters."""
    return _PLATE.fullmatch(plate.upper()) is not None
