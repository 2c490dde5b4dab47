"""Alerts by province on tiles of equal size: a province is read by its place, not by its area.

A series belongs to a province where a part of its name is a GB/T 2260 code (as counts of a watch
name them, ``proposition | 310000``, or ``…/region/31…``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.domain.message import Message
from mingjian.domain.record import Json

TILE = 52
"""Width and height of a tile with its gap."""
# Code, place on the grid (column, row), one character, two letters, name.
_PROVINCES = """
23 8 0 黑 HL 黑龙江 Heilongjiang
15 6 1 蒙 NM 内蒙古 Inner Mongolia
22 8 1 吉 JL 吉林 Jilin
65 1 2 新 XJ 新疆 Xinjiang
62 3 2 甘 GS 甘肃 Gansu
64 4 2 宁 NX 宁夏 Ningxia
14 5 2 晋 SX 山西 Shanxi
11 6 2 京 BJ 北京 Beijing
12 7 2 津 TJ 天津 Tianjin
21 8 2 辽 LN 辽宁 Liaoning
54 1 3 藏 XZ 西藏 Xizang
63 2 3 青 QH 青海 Qinghai
51 3 3 川 SC 四川 Sichuan
61 4 3 陕 SN 陕西 Shaanxi
41 5 3 豫 HA 河南 Henan
13 6 3 冀 HE 河北 Hebei
37 7 3 鲁 SD 山东 Shandong
50 3 4 渝 CQ 重庆 Chongqing
42 4 4 鄂 HB 湖北 Hubei
34 5 4 皖 AH 安徽 Anhui
32 6 4 苏 JS 江苏 Jiangsu
31 7 4 沪 SH 上海 Shanghai
53 2 5 滇 YN 云南 Yunnan
52 3 5 黔 GZ 贵州 Guizhou
43 4 5 湘 HN 湖南 Hunan
36 5 5 赣 JX 江西 Jiangxi
33 6 5 浙 ZJ 浙江 Zhejiang
45 3 6 桂 GX 广西 Guangxi
44 4 6 粤 GD 广东 Guangdong
35 5 6 闽 FJ 福建 Fujian
71 7 6 台 TW 台湾 Taiwan
46 3 7 琼 HI 海南 Hainan
82 4 7 澳 MO 澳门 Macao
81 5 7 港 HK 香港 Hong Kong
"""
_SPLIT = re.compile(r"[|/]")
_CODE = re.compile(r"\d{6}|\d{4}|\d{2}")


def _provinces() -> dict[str, Json]:
    found: dict[str, Json] = {}
    for line in _PROVINCES.split("\n"):
        if not line:
            continue
        code, column, row, short_zh, short_en, zh, en = line.split(" ", 6)
        found[code] = {
            "code": code,
            "x": (int(column) - 1) * TILE,
            "y": int(row) * TILE,
            "short": {"zh": short_zh, "en": short_en},
            "name": Message(zh, en).as_json(),
        }
    return found


PROVINCES: Mapping[str, Json] = _provinces()
WIDTH, HEIGHT = 8 * TILE, 8 * TILE


def province_of(subject: str) -> str | None:
    """The province a series is about, by a code in its name."""
    cells = [cell.strip() for cell in _SPLIT.split(subject[:400])]
    for before, cell in zip(["", *cells], cells, strict=False):
        code = _CODE.fullmatch(cell)
        if code and (len(cell) == 6 or before == "region") and cell[:2] in PROVINCES:
            return cell[:2]
    return None


def by_province(alerts: Iterable[Mapping[str, Any]]) -> Json | None:
    """Open alerts of provinces, summed: None where no series names one. Drills are left out."""
    sums: dict[str, dict[str, Any]] = {}
    for one in alerts:
        code, alarm = province_of(one["subject"]), one["alarm"]
        if code is None or one["exercise"] or one["status"] == "closed":
            continue
        if alarm["observed"] is None or alarm["expected"] is None:
            continue
        row = sums.setdefault(code, {"alerts": 0, "observed": 0.0, "expected": 0.0})
        row["alerts"] += 1
        row["observed"] += alarm["observed"]
        row["expected"] += alarm["expected"]
    if not sums:
        return None
    tiles = [{**place, **_shade(sums.get(code))} for code, place in PROVINCES.items()]
    rows = [tile for tile in tiles if tile["alerts"]]
    rows.sort(key=lambda tile: -tile["excess"])
    return {"width": WIDTH, "height": HEIGHT, "tiles": tiles, "rows": rows}


def _shade(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A tile's numbers, and how dark: 1 below twice what is expected, 2 below three times, 3."""
    if row is None:
        return {"alerts": 0, "observed": None, "expected": None, "excess": None, "shade": 0}
    shade = 1 + sum(row["observed"] >= times * row["expected"] for times in (2, 3))
    return {**row, "excess": row["observed"] - row["expected"], "shade": shade}
