"""Makes `detect/privacy/data/names_en_more.json`: given names and surnames of many countries.

    /work/venv-train/bin/python training/privacy_names_en.py SHARED NAMES FAKER

SHARED holds data/text (only counts of words are taken from its English texts: a name that is
often a word in small letters is left out); NAMES is the unpacked sdist of names 0.3.0 (US Census
1990), FAKER the unpacked wheel of Faker 40.63.0. Our own: `privacy_names_en.json`; of it, names
that stand in tests/apart/privacy/fresh2 are kept out, since one writer wrote both.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src/mingjian/detect/privacy/data"
LOCALES = (
    "en_GB en_IN en_NZ en_PK en en_US fr_FR fr_CH de_DE de_AT es_ES es_MX es_AR es_CO it_IT pl_PL "
    "nl_NL nl_BE pt_BR pt_PT tr_TR sv_SE no_NO da_DK fi_FI hu_HU cs_CZ sk_SK ro_RO hr_HR sl_SI "
    "lt_LT lv_LV et_EE id_ID vi_VN az_AZ ga_IE en_IE sw yo_NG ha_NG ig_NG en_NG zu_ZA uz_UZ"
)
NAME = re.compile(r"[A-ZÀ-ÞĀ-Ž][a-zß-ž'’]{1,20}(?:-[A-ZÀ-Þ][a-zß-ž]+)?")
WORD = re.compile(r"(?<![.!?:\n\"] )(?<![A-Za-z])[A-Za-z][a-z]+(?![A-Za-z])")


def counts(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each word stands in small letters, and with a capital inside a sentence."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for table in ("aitext_en", "email", "email_modern_benign"):
        path = folder / f"data/text/{table}.parquet"
        for (text,) in duckdb.sql(f"select text from '{path}' limit 12000").fetchall():
            for word in WORD.findall((text or "")[:4000]):
                (capital if word[0].isupper() else small)[word.capitalize()] += 1
    return small, capital


def census(folder: Path) -> tuple[set[str], set[str]]:
    def lines(name: str) -> list[str]:
        return [line.split()[0].capitalize() for line in (folder / "names" / name).open()]

    last = [re.sub("^Mc(.)", lambda m: "Mc" + m[1].upper(), w) for w in lines("dist.all.last")]
    return {*lines("dist.female.first"), *lines("dist.male.first")}, set(last[:14_000])


def faker(folder: Path) -> tuple[set[str], set[str]]:
    sys.path.insert(0, str(folder))
    given, last = set(), set()
    for locale in LOCALES.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for name in dir(provider):
            values = getattr(provider, name)
            if name.startswith(("first_name", "last_name")) and not callable(values):
                fitting = {w for w in values if isinstance(w, str) and NAME.fullmatch(w)}
                (given if name.startswith("first") else last).update(fitting)
    return given, last


def main() -> None:
    shared, names, package = map(Path, sys.argv[1:4])
    small, capital = counts(shared)
    base = json.loads((DATA / "names_en.json").read_text("utf-8"))
    own = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    folder = ROOT / "tests/apart/privacy/fresh2/documents"
    seen = set(
        re.findall("[A-Z][a-z]+", " ".join(p.read_text("utf-8") for p in folder.glob("*.txt")))
    )
    known = {kind: set(base[kind].split()) for kind in ("given", "surnames")}
    none = {word for kind in ("stop", "places", "not_in_names") for word in base[kind].split()}
    apart = none | set(own["none"].split()) | set(base["pinyin_surnames"].split())
    made = {}
    for at, kind in enumerate(("given", "surnames")):
        kept = {
            word
            for word in census(names)[at] | faker(package)[at]
            if len(word) > 2
            and word not in apart | known[kind]
            and not (kind == "given" and word in known["surnames"])
            and not (small[word] >= 12 or (small[word] >= 3 and small[word] > 0.2 * capital[word]))
        }
        kept |= {w for w in own[kind].split() if w not in seen | known[kind] | none}
        made[kind] = " ".join(sorted(kept))
    words = {
        word.lower()
        for word in known["given"] | known["surnames"]
        if small[word] >= 3 and small[word] > 0.05 * capital[word]
    }
    note = (
        "Names of many countries: US Census 1990 (public domain; in the package names 0.3.0), the "
        "lists of Faker 40.63.0 (MIT) and our own, without words, months, places and brands and "
        "without what names_en.json holds; made by training/privacy_names_en.py. `words`: names "
        "that are words in small letters."
    )
    value = {"note": note, **made, "words": " ".join(sorted(words | set(own["small"].split())))}
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (DATA / "names_en_more.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
