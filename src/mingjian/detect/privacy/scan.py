"""One scan over a text: every recogniser once, overlaps resolved, places in the given text."""

from __future__ import annotations

import re
from bisect import bisect_right

from mingjian.detect.privacy.addresses_en import find_addresses_en
from mingjian.detect.privacy.addresses_zh import find_addresses_zh
from mingjian.detect.privacy.codes import find_codes
from mingjian.detect.privacy.columns import Table, find_columns
from mingjian.detect.privacy.forms_en import find_forms_en
from mingjian.detect.privacy.gates import forget
from mingjian.detect.privacy.hit import Hit, without_overlap
from mingjian.detect.privacy.labelled_names import find_labelled_names
from mingjian.detect.privacy.mailbox import find_mailboxes
from mingjian.detect.privacy.markers import find_markers
from mingjian.detect.privacy.names_beside import names_beside
from mingjian.detect.privacy.names_en import find_names_en
from mingjian.detect.privacy.names_zh import find_names_zh
from mingjian.detect.privacy.neighbours_en import find_neighbours_en
from mingjian.detect.privacy.numbers import find_numbers
from mingjian.detect.privacy.plain import plain
from mingjian.detect.privacy.rosters import find_rosters
from mingjian.detect.privacy.rows import find_in_rows
from mingjian.detect.privacy.running_names import ALONE, BESIDE_OTHERS, find_running_names
from mingjian.detect.privacy.small_letters import find_small_letters

_DIGIT = re.compile("[0-9]")
_CAPITAL = re.compile("[A-Z]")
_CJK = re.compile("[\u4e00-\u9fff]")


def scan(text: str, table: Table | None = None) -> tuple[list[Hit], Table | None]:
    """Personal information in `text`, in order of place, and the table open at its end.

    Items do not overlap. Business contacts and organisation codes are reported as such.
    """
    read = plain(text)
    hits, table = _found(read.text, table)
    forget()
    return read.placed(hits), table


def _found(text: str, table: Table | None) -> tuple[list[Hit], Table | None]:
    hits: list[Hit] = []
    if _DIGIT.search(text) is not None:
        hits += find_numbers(text)
        hits += find_codes(text)
    if "@" in text:
        hits += find_mailboxes(text)
    chinese = not text.isascii() and _CJK.search(text) is not None
    if chinese:
        if hits:
            hits += names_beside(text, hits)
        hits += find_names_zh(text)
        hits += find_labelled_names(text)
        hits += find_addresses_zh(text)
        named = [hit for hit in hits if hit.kind == "name"]
        hits += find_running_names(text, BESIDE_OTHERS if hits else ALONE, named)
        hits += list(find_rosters(text, hits))
    hits += find_small_letters(text)
    if _CAPITAL.search(text) is not None:
        hits += find_names_en(text)
        hits += find_forms_en(text)
        hits += find_addresses_en(text)
        hits += list(find_neighbours_en(text, hits))
    hits += list(find_in_rows(text, hits))
    columns, table = find_columns(text, table)
    if columns:
        hits = _outside(hits, columns) + columns
    if not hits:
        return hits, table
    hits = without_overlap(hits)
    markers = list(find_markers(text, hits))
    if markers:
        hits = without_overlap(hits + markers)
    return hits, table


def _outside(hits: list[Hit], columns: list[Hit]) -> list[Hit]:
    """Without the business contacts that a column of the table says are persons'."""
    starts = [hit.start for hit in columns]

    def inside(hit: Hit) -> bool:
        at = bisect_right(starts, hit.start) - 1
        return at >= 0 and columns[at].end > hit.start

    return [hit for hit in hits if hit[0] != "business_contact" or not inside(hit)]
