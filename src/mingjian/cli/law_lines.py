"""How answers about the law are laid out as lines of text."""

from __future__ import annotations

from typing import Any

from mingjian.cli.speak import line


def touched(text: Any, language: str) -> None:
    """What changed, and what to look at again."""
    labels = {
        "added": ("新增", "added"),
        "removed": ("删去", "removed"),
        "changed": ("改动", "changed"),
        "entries": ("涉及条目", "entries touched"),
        "conducts": ("请复查这些行为的在办案件", "look again at open cases of"),
    }
    for name, pair in labels.items():
        if text.get(name):
            label = pair[0 if language == "zh" else 1]
            line(f"    {label}: {', '.join(map(str, text[name]))}")


def entry_shown(item: Any, language: str) -> None:
    """One entry, the official text below it."""
    zh = language == "zh"
    entry = item["entry"]
    if entry is None:
        spans = "; ".join(f"{start} – {end or '…'}" for start, end in item["versions"])
        line(f"{item['asked']}: " + (f"该日没有效力（{spans}）" if zh else f"not then ({spans})"))
        return
    start, end = entry["in_force"]
    line(f"{entry['citation'][language]} {entry['name'][language]} [{entry['ref']}]")
    if entry["ref"] != item["asked"]:
        line(f"  ← {item['asked']}" + ("（该日为旧条文）" if zh else " (its text that day)"))
    span = f"{start} – {end or '…'}"
    loose = "" if entry["dates_verified"] else ("（日期待核验）" if zh else " (dates not verified)")
    line(("  施行：" if zh else "  in force: ") + span + loose)
    line("  " + entry["elements"][language])
    for band in entry["bands"]:
        line(f"  • {band['label'][language]}: {band['penalty_words'][language]}")
        for item_ in band["thresholds"]:
            line("      " + _threshold(item_))
    if entry["note"]:
        line("  " + entry["note"][language])
    if not entry["verified"]:
        line("  ⚠ 待核验" if zh else "  ⚠ not verified yet")
    line(("  来源：" if zh else "  source: ") + entry["source"])
    official = item["official"]
    if official:
        head = "  官方文本：" if zh else "  official text: "
        line(f"{head}{official['title']} ({official['digest'][:12]})")
        for row in official["text"].splitlines():
            line("    │ " + row)


def _threshold(item: Any) -> str:
    join = {"any": " | ", "sum": " + ", "several": " , "}[item["rule"]]
    numbers = join.join(
        f"{kind} ≥ {number:,.6g}" + (f"–{item['to'][kind]:,.6g}" if kind in item["to"] else "")
        for kind, number in item["at"].items()
    )
    if item["rule"] != "any":
        numbers = f"{item['rule']}({numbers}) ≥ {item['need']:g}"
    parts = [numbers, *item["if"], *(f"not {name}" for name in item["unless"])]
    mark = "" if item["verified"] else " ⚠"
    return " & ".join(part for part in parts if part) + f"  [{item['source']}]{mark}"


def suggestions(report: Any, language: str) -> None:
    """The answer to a set of facts, jurisdictions one after the other."""
    zh = language == "zh"
    line(report["note"][language])
    if report["undated"]:
        line("⚠ " + report["undated"][language])
    for conduct in report["conducts"]:
        line("")
        place = f"{conduct['category'][language]} · {conduct['type'][language]}"
        line(f"■ {conduct['name'][language]} [{conduct['id']}] — {place}")
        for title, key in (
            (("支持", "supported by"), "supports"),
            (("尚待查明", "to establish"), "to_establish"),
        ):
            listed = "；" if zh else "; "
            text = listed.join(item[language] for item in conduct[key])
            line(f"  {title[0 if zh else 1]}: {text}")
        places = conduct["jurisdictions"].items()
        side_by_side = [f"{name} {found['coverage']['words'][language]}" for name, found in places]
        line("  " + " | ".join(side_by_side))
        for name, found in places:
            covered = found["coverage"]
            line(f"  {name}: {covered['words'][language]}")
            for reason in covered["reasons"]:
                line(f"      {reason[language]}")
            for item in found["articles"]:
                _article(item, language)


def _article(item: Any, language: str) -> None:
    zh = language == "zh"
    mark = "" if item["verified"] or item["elements"] is None else " ⚠"
    name = f"{item['citation'][language]} {item['name'][language]}"
    line(f"    • {name}: {item['state_words'][language]}{mark}")
    band = item["band"]
    if band:
        line(f"        {band['label'][language]}: {band['penalty_words'][language]}")
        for reason in band["because"][:3] if item["state"] != "open" else ():
            line(f"        ∵ {reason[language]}")
    for reason in item["below"][:3]:
        line(f"        {reason[language]}")
    for may in item["may_reach"]:
        lead = "可能达到" if zh else "may reach"
        why = may["because"][0][language] if may["because"] else ""
        line(f"        {lead}: {may['label'][language]} ({why})")
    if item["missing"]:
        lead = "缺少" if zh else "missing"
        listed = [word[language] for word in item["missing"][:6]]
        more = len(item["missing"]) - len(listed)
        tail = "" if more <= 0 else (f"，等 {more} 项" if zh else f", and {more} more")
        line(f"        {lead}: {('；' if zh else '; ').join(listed)}{tail}")
    for note in item["notes"]:
        line(f"        {note[language]}")
