"""Labelled messages and dialogues for `message.fraud`: shared sets, and those written by us.

`training/message_examples/*.txt` hold our own: a line `## category` and then one text a line, with
`{this|that}` for a choice; in dialogues ` / ` parts the turns. Categories whose name ends in one of
`BY_OTHERS` were written by helpers who knew neither the rows, the words nor the figures of this
detector, those that end in `_fourth` by us, after half of the themes of `_third` had been read
(words were added after half of `_fifth` had been, see `docs/experiments`). Rows of shared sets
are capped and freed of near copies, so that no campaign of one sender dominates.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared/data/text"
OWN = Path(__file__).parent / "message_examples"
OURS = "Apache-2.0"
BY_OTHERS = (
    "_third", "_fifth", "_sixth", "_seventh", "_eighth", "_ninth", "_tenth", "_eleventh",
    "_twelfth", "_thirteenth", "_fourteenth", "_fifteenth", "_sixteenth", "_seventeenth",
    "_eighteenth", "_nineteenth", "_twentieth", "_twentyfirst", "_twentysecond",
    "_twentythird", "_twentyfourth", "_twentyfifth", "_twentysixth", "_twentyseventh",
    "_twentyeighth", "_twentyninth", "_thirtieth", "_thirtyfirst", "_thirtysecond",
    "_thirtythird",
)  # fmt: skip
"""End the categories written by helpers who had seen nothing of this detector."""
_CHOICE = re.compile(r"\{([^{}]*)\}")
_LABELS = {
    "zh": [("L", "R"), ("A", "B"), ("来电人", "接听人"), ("甲", "乙"), ("left", "right")],
    "en": [("caller", "receiver"), ("Suspect", "Innocent"), ("A", "B"), ("Agent", "Customer"),
           ("Speaker 1", "Speaker 2"), ("Caller", "Callee")],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text. `source` is what is held out together; `h1` whether it is fraud."""

    text: str
    h1: bool
    source: str
    population: str
    licence: str


def _draw(template: str, rng: random.Random) -> str:
    return _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), template)


def own(population: str, copies: int = 3) -> Iterator[Row]:
    """Ours, each template drawn up to `copies` times where it has choices."""
    language, form = population.split("-")
    for side in ("h1", "h2"):
        category = ""
        for path in sorted(OWN.glob(f"{language}_{form}s*_{side}.txt")):
            for line in path.read_text("utf-8").splitlines():
                if line.startswith("## "):
                    category = line[3:].strip()
                    continue
                if not line.strip():
                    continue
                rng = random.Random(line)
                drawn = {_draw(line, rng) for _ in range(copies)}
                for number, text in enumerate(sorted(drawn)):
                    if form == "dialogue":
                        text = _as_dialogue(text, language, number)
                    yield Row(text, side == "h1", f"own {category} {side}", population, OURS)


def _as_dialogue(text: str, language: str, number: int) -> str:
    rng = random.Random(text)
    first, second = rng.choice(_LABELS[language])
    turns = text.split(" / ")
    between = "\n" if (number + len(text)) % 2 else " "
    return between.join(f"{(first, second)[i % 2]}: {turn.strip()}" for i, turn in enumerate(turns))


def _rows(name: str, where: str) -> list[str]:
    import duckdb

    path = DATA / f"{name}.parquet"
    if not path.is_file():
        raise SystemExit(f"the labelled set {path} is not here")
    query = f"select text from '{path}' where {where} order by sha256(text)"
    return [row[0] for row in duckdb.sql(query).fetchall()]


def _apart(texts: list[str], most: int) -> list[str]:
    """At most `most` texts, none with the skeleton of another."""
    seen: set[str] = set()
    kept = []
    for text in texts:
        letters = re.sub(r"[A-Z]{2,}|[^a-z\u4e00-\u9fff]", "", text)
        marks = {letters[:10], letters[-10:], letters[8:20]}
        if len(letters) >= 4 and len(marks & seen) < 2:
            seen |= marks
            kept.append(text)
    kept.sort(key=lambda text: sha256(text.encode()).digest())
    return kept[:most]


FBS = {
    "FR:Phishing(Bank)": True, "FR:Other": True, "IL:Gambling": True, "IL:Escort_service": True,
    "AD:Network_service": False, "AD:Retail": False, "AD:Other": False, "Other": False,
}  # fmt: skip
# Part-time "brush order" jobs and cigarettes are labelled advertisements there; we call them H1
# in our own rows, so they are left out of H2.
_NOT_AD = re.compile("刷单|刷單|兼职|兼職|香烟|解码器|六合|简历|简呖|信誉|代收帐|QQ|WECHAT")


def zh_messages() -> Iterator[Row]:
    yield from own("zh-message")
    for category, h1 in FBS.items():
        texts = _rows("sms_fbs_zh", f"category = '{category}'")
        if category == "AD:Other":
            texts = [text for text in texts if not _NOT_AD.search(text)]
        for text in _apart(texts, 600):
            yield Row(text, h1, f"FBS {category}", "zh-message", "not stated")
    lines = [
        line[3:]
        for text in _rows("fraudcall_dialogue_zh", "source = 'CrossWOZ-val'")
        for line in text.split("\n")[:2]
    ]
    for text in _apart(lines, 300):
        yield Row(text, False, "CrossWOZ lines", "zh-message", "Apache-2.0")


# Half of these rows are the advertisements of the old UCI set, not scams.
_OLD_ADS = re.compile(
    r"txt|ringtone|stop\b|1?50p|p/msg|poly|\b0(?:8[0-9]0|87|9)\d|po ?box|freemsg|tone\b|xmas"
    r"|opt.?out",
    re.I,
)


def en_messages() -> Iterator[Row]:
    yield from own("en-message")
    sets = {
        ("AIFraud hand", False): "kind = 'HW-Script-single'",
        ("AIFraud hand", True): "kind = 'HW-Vishing-single'",
        ("AIFraud LLM", False): "kind = 'LLM-Script-single'",
        ("AIFraud LLM", True): "kind = 'LLM-Vishing-Single'",
        ("UCI", False): "source = 'UCI-SMSSpam' and label = 'benign'",
    }
    for (source, h1), where in sets.items():
        texts = _rows("sms_vishing_en", where)
        if source == "AIFraud LLM" and h1:
            texts = [text for text in texts if not _OLD_ADS.search(text)]
        for text in _apart(texts, 700):
            yield Row(text, h1, source, "en-message", "not stated")


def zh_dialogues() -> Iterator[Row]:
    import duckdb

    yield from own("zh-dialogue")
    path = DATA / "fraudcall_dialogue_zh.parquet"
    names = duckdb.sql(f"select distinct source, label from '{path}' order by 1").fetchall()
    for name, label in names:
        for text in _rows("fraudcall_dialogue_zh", f"source = '{name}'")[:500]:
            short = name.replace("TeleAntiFraud:", "TAF ").replace(".jsonl", "")
            yield Row(text, label == "fraud", short, "zh-dialogue", "Apache-2.0")


def en_dialogues() -> Iterator[Row]:
    yield from own("en-dialogue")


def all_rows() -> list[Row]:
    """Every row, each text once."""
    found: dict[tuple[str, str], Row] = {}
    for rows in (zh_messages(), en_messages(), zh_dialogues(), en_dialogues()):
        for row in rows:
            found.setdefault((row.population, row.text), row)
    return list(found.values())


if __name__ == "__main__":
    from collections import Counter

    counts = Counter((row.population, row.source, row.h1) for row in all_rows())
    for (population, source, h1), count in sorted(counts.items()):
        print(f"{population:12} {'H1' if h1 else 'H2'} {count:5} {source}")
