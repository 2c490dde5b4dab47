"""The scales of `mail.phishing`, drawn from measures that saw nothing of a row's fold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import mail_rows
import numpy as np
from mail_report import report
from mail_rows import Row
from mail_sources import TOGETHER, fold_of, licence_of

from mingjian.detect.mail.tongue import EUROPE
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit, write_scale

FOLDER = Path(mail_rows.HERE).parent / "src/mingjian/detect/mail"

_ABOUT = {
    "en": Message(
        "英文邮件（每类有一半的分量为另外的撰写者所写）",
        "English mail (half of either class, by weight, by other writers)",
    ),
    "zh": Message(
        "中文邮件（除自由软件的信件外，全部为本项目所写，每类有一半的分量出自另外的撰写者）",
        "Chinese mail (all of it written for this project, but for letters of free software; half "
        "of either class, by weight, by other writers)",
    ),
    "eu": Message(
        "德、法、西、葡、意、荷文邮件（普通邮件为自由软件的信件和本项目自写的邮件）",
        "German, French, Spanish, Portuguese, Italian and Dutch mail (ordinary mail: letters of "
        "free software, and mails written for this project)",
    ),
}
_FORM = {
    "bare": Message("仅正文", "bare bodies"),
    "raw": Message(
        "带邮件头；除 phishing_pot 与 SpamAssassin 外，邮件头为自造",
        "with headers, which are invented but for phishing_pot and SpamAssassin",
    ),
}
TONGUES = {"en": ("en",), "zh": ("zh",), "eu": EUROPE}
"""The languages of a scale."""
LENGTHS = {
    "zh": {"min": 12, "max": 6000},
    "en": {"min": 40, "max": 20000},
    "eu": {"min": 40, "max": 20000},
}


def scale_source(row: Row) -> str:
    """A source of a scale; written mails count by fold of category, with both classes in each."""
    together = "eu" if row.language in EUROPE else row.language
    kind = "letters" if row.source.startswith("letters") else "written"
    return row.source if row.source in TOGETHER else f"{kind}-{together}-{fold_of(row)}"


def scales(table: Any, learnt: Any) -> None:
    seen: set[str] = set()
    first = []
    for row in table.rows:  # one filling of a written mail; every public row once
        key = row.template or f"{row.source} {row.category} {row.text[:60]}"
        first.append(key not in seen)
        seen.add(key)
    for language, tongues in TONGUES.items():
        for form in ("bare", "raw"):
            mine = np.array(
                [
                    use and row.language in tongues and len(row.text) >= LENGTHS[language]["min"]
                    for row, use in zip(table.rows, first, strict=True)
                ]
            )
            mine &= capped(table, mine)
            scores = (learnt + table.signs[form])[mine]
            labels = table.phishing[mine]
            sources = [scale_source(row) for row, use in zip(table.rows, mine, strict=True) if use]
            # What kaggle calls ordinary among its model-written mails asks to click, claim and
            # verify: its label is not one a reader would give, so it is reported, and neither
            # calibrates nor sets the threshold. Other writers' hard ordinary mail does.
            contested = np.array([s == "kaggle-llm" for s in sources]) & ~labels
            sure = [s for s, out in zip(sources, contested, strict=True) if not out]
            about, shape = _ABOUT[language], _FORM[form]
            fitted = fit(
                scores[~contested].tolist(), labels[~contested].tolist(), sure,
                weights=told(labels[~contested], np.array(sure)).tolist(),
                signal="mail.phishing", proposition="mail.phishing", version="1",
                method="soft-logistic", largest=LARGEST,
                description=Message(f"{about.zh}，{shape.zh}", f"{about.en}, {shape.en}"),
                licences={s: licence_of(s) for s in set(sure)},
                population={"language": list(tongues), "form": [form], "length": LENGTHS[language]},
                folds=_folds(sure), threshold_rule="every_source",
            )  # fmt: skip
            # Letters of software are one source here, and other writers are: the group of a fold
            # is too small for 1 %.
            pooled = [re.sub(r"^(letters-..|others)-\w+$", r"\1", s) for s in sources]
            fitted.document["threshold"] = strict_threshold(
                scores[~contested], labels[~contested], np.array(pooled)[~contested]
            )
            path = FOLDER / f"mail.phishing.{language}-{form}.scale.json"
            path.write_bytes(write_scale(fitted.document))
            report(language, form, scores, labels, np.array(sources), fitted.document)


OTHERS = 0.5
"""How much of either class of a scale the mails of other writers make up: they are the hard ones
that people meet today (warnings, reminders, codes; smooth lures), which old collections lack."""


def told(labels: Any, sources: Any) -> Any:
    """How much each row counts in drawing a scale."""
    weights = np.ones(labels.size)
    theirs = np.char.startswith(sources, "others")
    for label in (False, True):
        mine, rest = theirs & (labels == label), ~theirs & (labels == label)
        if mine.any():
            weights[mine] = OTHERS / (1 - OTHERS) * rest.sum() / mine.sum()
    return weights


LARGEST = 0.99
"""No log10 LR beyond: sources this few, and for Chinese one author, carry no more than that."""


def strict_threshold(scores: Any, labels: Any, sources: Any) -> float:
    """The score above which no source has more than 1 % of its ordinary mails, small ones too."""
    worst = -np.inf
    for source in set(sources[~labels]):
        mine = np.sort(scores[(sources == source) & ~labels])[::-1]
        worst = max(worst, mine[int(0.01 * mine.size)])
    return float(np.nextafter(worst, np.inf))


def _folds(sources: list[str]) -> list[frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        groups[str(TOGETHER.get(source, source))].add(source)
    return [frozenset(group) for group in groups.values()]


def capped(table: Any, mine: Any) -> Any:
    """At most 400 rows of a source and class."""
    count: Counter[tuple[str, bool]] = Counter()
    use = np.zeros(len(mine), dtype=bool)
    for i in np.flatnonzero(mine):
        key = (table.sources[i], bool(table.phishing[i]))
        count[key] += 1
        use[i] = count[key] <= 400
    return use
