"""Vehicle plates of mainland China (GA 36): ordinary (7) and new-energy (8 characters)."""

from __future__ import annotations

PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def is_plate(plate: str) -> bool:
    """`plate` without separators: province, letter, then a serial with few letters."""
    if len(plate) not in (7, 8) or plate[0] not in PLATE_PROVINCES:
        return False
    plate = plate.upper()
    area, serial = plate[1], plate[2:]
    if not ("A" <= area <= "Z") or area == "I":
        return False
    if len(serial) == 6:
        small = serial[0] in "ABCDEFGHJK" and serial[2:].isdecimal()
        large = serial[5] in "ABCDEFGHJK" and serial[:5].isdecimal()
        return serial.isascii() and (small or large)
    if serial[-1] in "挂学警港澳领使试超":
        serial = serial[:-1]
    if not serial.isascii() or not serial.isalnum() or set(serial) & {"I", "O"}:
        return False
    return sum(c.isalpha() for c in serial) <= 3
