"""Sections 4 to 6 of the case file: suggested conduct, law, duties; all for people to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mingjian.casework.document.blocks import Block, Facts, Grid, Heading, Listing, Paragraph
from mingjian.casework.report.case_words import Words, when
from mingjian.law.library import library

Json = Mapping[str, Any]
PLACES = 3
"""Places in the evidence shown for one sign."""
REASONS = 3
"""Reasons shown for one article; the command `case law --json` has them all."""
MISSING = 6
"""Missing facts named for one article."""


def advice(words: Words, facts: Json, conducts: Json, law: Json, duties: Json) -> Iterator[Block]:
    """What the findings suggest, and what a lawyer and the duty bearers would be asked."""
    yield from _conducts(words, conducts)
    yield from _law(words, facts, law)
    yield from _duties(words, duties)


def _conducts(words: Words, report: Json) -> Iterator[Block]:
    yield Heading(words.t("s_conduct"))
    yield Paragraph(words.say(report["note"]), "note")
    listed = report["conducts"]
    if not listed:
        yield Paragraph(words.t("conduct_none"))
        return
    full = [item for item in listed if item["state"] != "partly" or item["judged"]]
    for item in full:
        yield Heading(f"{words.say(item['name'])} · {words.say(item['state_words'])}", 3)
        rows = (
            ("judged", _judged(words, item["judged"])),
            ("supports", "\n".join(_support(words, one) for one in item["supports"])),
            ("against", words.lines(item["against"])),
            ("missing", words.lines(item["missing"])),
            ("changes", words.lines(item["changes"])),
        )
        yield Facts(tuple((words.t(key), text) for key, text in rows if text))
    rest = [item for item in listed if item not in full]
    if rest:
        yield Paragraph(words.t("partly_text"))
        yield Grid(
            tuple(words.t(key) for key in ("conduct", "supports", "missing", "changes")),
            tuple(
                (
                    words.say(item["name"]),
                    words.lines(one["words"] for one in item["supports"]),
                    words.lines(item["missing"]),
                    words.lines(item["changes"]),
                )
                for item in rest
            ),
            (0.19, 0.27, 0.27, 0.27),
        )


def _judged(words: Words, judged: Json | None) -> str:
    if judged is None:
        return words.t("unjudged")
    view = words.t("taken_up" if judged["taken_up"] else "set_aside")
    return f"{view} — {judged['by']}, {when(judged['at'])}\n{judged['reason']}"


def _support(words: Words, support: Json) -> str:
    number = support["count"] or words.t("stated")
    lines = [f"{words.say(support['words'])} ({number})"]
    lines += [
        f"— {place['path']}: {words.say(place['because'])}" for place in support["places"][:PLACES]
    ]
    return "\n".join(lines)


# ---- law -------------------------------------------------------------------------------------


def _law(words: Words, facts: Json, report: Json) -> Iterator[Block]:
    yield Heading(words.t("s_law"))
    yield Paragraph(words.t("lawyer"), "note")
    rows = [(words.t("facts_stated"), _facts(words, facts))]
    if report["counted_in_evidence"]:
        rows.append((words.t("counted"), _counts(words, report["counted_in_evidence"])))
    yield Facts(tuple(rows))
    yield Paragraph(words.say(report["basis"]), "fine")
    found = report["suggestions"]
    if found is None:
        yield Paragraph(words.t("law_none"))
        return
    if found["undated"]:
        yield Paragraph(words.say(found["undated"]), "note")
    for conduct in found["conducts"]:
        place = f"{words.say(conduct['category'])} · {words.say(conduct['type'])}"
        yield Heading(words.say(conduct["name"]), 2)
        yield Paragraph(place, "fine")
        yield Facts(((words.t("to_establish"), words.lines(conduct["to_establish"])),))
        for name, answer in conduct["jurisdictions"].items():
            covered = answer["coverage"]
            yield Heading(f"{name} · {words.say(covered['words'])}", 3)
            for reason in covered["reasons"]:
                yield Paragraph(words.say(reason), "fine")
            full = [item for item in answer["articles"] if item["state"] != "duty"]
            if full:
                yield Grid(
                    tuple(words.t(key) for key in ("article", "state", "band", "lacking")),
                    tuple(_article(words, item) for item in full),
                    (0.26, 0.15, 0.34, 0.25),
                )
            rest = [item for item in answer["articles"] if item not in full]
            if rest:
                yield Paragraph(words.say(rest[0]["state_words"]), "fine")
                yield Listing(tuple(_named(words, item) for item in rest))


def _counts(words: Words, counts: Json) -> str:
    known = library().counts
    return "\n".join(
        f"{known[kind].in_language(words.language) if kind in known else kind}: {number:,.12g}"
        for kind, number in counts.items()
    )


def _facts(words: Words, facts: Json) -> str:
    known = library().circumstances
    lines = [f"{words.t('date')}: {facts['date'] or words.t('not_stated')}"]
    if facts["counts"]:
        lines.append(_counts(words, facts["counts"]))
    for key in ("circumstances", "excluded"):
        for name in facts[key]:
            base = name.partition("@")[0]
            said = known[base].in_language(words.language) if base in known else name
            lines.append(said if key == "circumstances" else f"{words.t('excluded')}: {said}")
    return "\n".join(lines)


def _named(words: Words, item: Json) -> str:
    verified = item["verified"] or item["elements"] is None
    return words.marked(f"{words.say(item['citation'])} {words.say(item['name'])}", verified)


def _article(words: Words, item: Json) -> tuple[str, ...]:
    band, told = item["band"], []
    if band:
        told.append(f"{words.say(band['label'])}: {words.say(band['penalty_words'])}")
        if item["state"] != "open":
            told += [f"∵ {words.say(reason)}" for reason in band["because"][:REASONS]]
    told += [words.say(reason) for reason in item["below"][:REASONS]]
    for may in item["may_reach"]:
        why = f" ({words.say(may['because'][0])})" if may["because"] else ""
        told.append(f"{words.t('may_reach')}: {words.say(may['label'])}{why}")
    told += [words.say(note) for note in item["notes"]]
    named = [words.say(one) for one in item["missing"][:MISSING]]
    more = len(item["missing"]) - len(named)
    lacking = "\n".join(named) + (words.t("and_more").format(more) if more > 0 else "")
    return (
        _named(words, item),
        words.say(item["state_words"]),
        "\n".join(told) or "—",
        lacking or "—",
    )


# ---- duties ----------------------------------------------------------------------------------


def _duties(words: Words, report: Json) -> Iterator[Block]:
    yield Heading(words.t("s_duties"))
    yield Paragraph(words.say(report["note"]), "note")
    asked = f"{words.t('as_of')} {report['as_of']}"
    yield Paragraph(f"{asked} · {words.say(report['basis'])}", "fine")
    for link in report["chain"]:
        yield Heading(words.say(link["words"]), 3)
        if not link["duties"]:
            yield Paragraph(words.t("duties_none"), "fine")
            continue
        yield Grid(
            tuple(words.t(key) for key in ("duty", "because", "ask_for")),
            tuple(_duty(words, duty) for duty in link["duties"]),
            (0.36, 0.32, 0.32),
        )


def _duty(words: Words, duty: Json) -> tuple[str, ...]:
    name = f"{words.say(duty['citation'])} {words.say(duty['name'])}"
    why = [words.join(words.say(item) for item in one["because"]) for one in duty["asked"]]
    if duty["of_conduct"]:
        why.append(words.t("of_conduct"))
    asked = "\n".join(words.say(one["ask_for"]) for one in duty["asked"])
    return words.marked(name, duty["verified"]), "\n".join(why) or "—", asked or "—"
