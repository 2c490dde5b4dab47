"""How `mingjian case` prints: plain lines in the person's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mingjian.cli.law_lines import suggestions
from mingjian.cli.speak import line, visible

if TYPE_CHECKING:
    from mingjian.app.case_views import CaseView, HistoryLine
    from mingjian.app.cases import Done
    from mingjian.app.lists import CaseLine
    from mingjian.casework.case.comparison import Comparison
    from mingjian.casework.case.timeline import Moment
    from mingjian.domain.message import Language

ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_EXERCISE = {"zh": "※ 演练 ※ ", "en": "* EXERCISE * "}
_STEPS = {
    "zh": "接下来可做：{}",
    "en": "may be done next: {}",
}


def _status(body: Mapping[str, Any], language: Language) -> str:
    from mingjian.casework.case.workflow import workflow

    return workflow().statuses[body["status"]].name.in_language(language)


def _class(body: Mapping[str, Any], language: Language) -> str:
    from mingjian.casework.case.workflow import workflow

    return workflow().classes[body["class"]].in_language(language)


def _when(at: str) -> str:
    """A time as it is printed: UTC, to the second."""
    return at[:19].replace("T", " ") + "Z"


def changed(done: Done, language: Language) -> None:
    status = _status(done.body, language)
    if language == "zh":
        line(f"案件“{visible(done.case)}”：{status}，第 {done.revision} 版")
    else:
        line(f"case “{visible(done.case)}”: {status}, revision {done.revision}")


def table(lines: Sequence[CaseLine], language: Language) -> None:
    zh = language == "zh"
    for item in lines:
        body = item.body
        banner = _EXERCISE[language] if body["exercise"] else ""
        parts = [_status(body, language), _class(body, language)]
        if item.level:
            parts.append(f"{ROMAN[item.level]} 级" if zh else f"grade {ROMAN[item.level]}")
        parts.append(f"{item.items} 件材料" if zh else f"items: {item.items}")
        if body["assigned"]:
            parts.append("、".join(body["assigned"]) if zh else ", ".join(body["assigned"]))
        if body["merged_into"]:
            parts.append(f"→ {body['merged_into']}")
        title = "" if body["title"] == item.case else f"  {body['title']}"
        line(visible(f"{banner}{item.case}{title}"))
        line("    " + visible(" · ".join(parts)))
    if not lines:
        line("没有案件" if zh else "no cases")


def shown(view: CaseView, language: Language) -> None:
    """One case: what it is, where it stands, what is in it, what may be done next."""
    zh = language == "zh"
    body, name = view.body, view.line.case
    title = "" if body["title"] == name else f" · {body['title']}"
    line(visible(f"{_EXERCISE[language] if body['exercise'] else ''}{name}{title}"))
    level = view.line.level
    grade = ("未定级" if zh else "not graded") if not level else f"{ROMAN[level]}"
    rows = [
        ("状态", "status", _status(body, language)),
        ("类别", "class", _class(body, language)),
        ("事件等级", "incident grade", grade),
        ("摘要", "summary", body["summary"]),
        ("预案", "playbook", body["playbook"] or ""),
        ("指派", "assigned", ("、" if zh else ", ").join(body["assigned"])),
        ("上级案件", "case above", body["parent"] or ""),
        ("下级案件", "cases below", ", ".join(view.children)),
        ("并入", "merged into", body["merged_into"] or ""),
        ("已并入本案", "merged into this", ", ".join(body["merged"])),
        ("保留令", "legal hold", body["hold"]["reason"] if body["hold"] else ""),
    ]
    for label_zh, label_en, value in rows:
        if value:
            line(f"  {label_zh if zh else label_en}: {visible(' '.join(value.split()))}")
    for link in body["links"]:
        lead = "关联" if zh else "linked to"
        line(f"  {lead}: {visible(link['case'])} ({visible(link['why'])})")
    for item in body["comparisons"]:
        _comparison(item, language)
    _disposition(view, language)
    _tasks(body, language)
    _items(view, language)
    entries, head = view.custody
    line(
        f"  保管链: {entries} 条，{head[:12]}"
        if zh
        else f"  custody: {entries} entries, {head[:12]}"
    )
    line(f"  版本: {view.line.revision}" if zh else f"  revision: {view.line.revision}")
    if view.steps:
        line("  " + _STEPS[language].format(", ".join(view.steps)))


def compared(done: Done, language: Language) -> None:
    """The comparison just made, then the revision as after any change."""
    _comparison(done.body["comparisons"][-1], language)
    changed(done, language)


def _comparison(made: Comparison, language: Language) -> None:
    from mingjian.casework.case.comparison import CAUTION, outcome

    zh = language == "zh"
    line(f"  {'比对' if zh else 'compared'}: {outcome(made).in_language(language)}")
    line(f"    {made['why'][language]}")
    line(f"    {made['rests_on'][language]}")
    line(f"    {'法律依据' if zh else 'legal basis'}: {visible(made['basis'])}")
    line(f"    {CAUTION.in_language(language)}")


def _disposition(view: CaseView, language: Language) -> None:
    from mingjian.casework.case.workflow import workflow

    zh = language == "zh"
    made = view.body["disposition"]
    if made is None:
        line("  处置: 尚无，仍是草稿" if zh else "  disposition: none yet; all is draft")
        return
    kind = workflow().dispositions[made["kind"]].in_language(language)
    line(f"  {'处置' if zh else 'disposition'}: {kind} — {made['by']} {_when(made['at'])}")
    for label_zh, label_en, value in (
        ("理由", "reason", made["reason"]),
        ("效力", "effect", made["effect"]),
        ("救济", "appeal", made["appeal"]),
    ):
        line(f"      {label_zh if zh else label_en}: {visible(value)}")
    second = made["confirmed"]
    if second is not None:
        line(f"      {'第二人' if zh else 'second person'}: {second['by']} {_when(second['at'])}")
    elif view.two_persons:
        line("      须由第二人确认" if zh else "      a second person must confirm this")


def _tasks(body: Mapping[str, Any], language: Language) -> None:
    for task in body["tasks"]:
        mark = "✓" if task["done"] else "·"
        who = f" ({task['person']})" if task["person"] else ""
        line(f"  {mark} {task['id']}. {visible(task['text'][language])}{who}")


def _items(view: CaseView, language: Language) -> None:
    zh = language == "zh"
    for item in view.items[:50]:
        mark = "!" if item["state"] == "flagged" else " "
        sha256 = str(item["sha256"] or "-" * 12)[:12]
        line(f"  {mark} {sha256}  {visible(str(item['path']))}")
    more = len(view.items) - 50
    if more > 0:
        line(f"    另有 {more} 件" if zh else f"    and {more} more")


def history_shown(lines: Iterable[HistoryLine], language: Language) -> None:
    from mingjian.app.access import ROLE_NAMES

    for item in lines:
        role = f"（{ROLE_NAMES[item.role].zh}）" if language == "zh" and item.role else ""
        if language == "en" and item.role:
            role = f" ({item.role})"
        detail = item.detail.in_language(language) if item.detail else ""
        mark = "：" if language == "zh" else ": "
        what = item.what.in_language(language) + (mark + visible(detail) if detail else "")
        line(f"{item.seq:>5}  {_when(item.at)}  {visible(item.who)}{role}  {what}")


def timeline_shown(moments: Iterable[Moment], language: Language) -> None:
    from mingjian.casework.case.timeline import SOURCES

    for item in moments:
        source = SOURCES[item.source].in_language(language)
        until = f" – {_when(item.until)}" if item.until else ""
        who = f"  {visible(item.who)}" if item.who else ""
        mark = "······" if item.source == "gap" else ""
        what = visible(item.what.in_language(language))
        line(f"{_when(item.at)}{until}  [{source}]{who}  {mark}{what}")


def artefacts_shown(found: Sequence[Any], language: Language) -> None:
    for item in found:
        shared = f"{item['cases']} 案" if language == "zh" else f"cases: {item['cases']}"
        line(f"{item['kind_words'][language]}  {visible(item['value'])}  ({shared})")
    if not found:
        line("没有线索" if language == "zh" else "no artefacts")


def related_shown(found: Sequence[Any], language: Language) -> None:
    zh = language == "zh"
    for item in found:
        line(visible(item["case"]))
        for shared in item["shared"][:10]:
            of = f"{shared['cases']}/{item['of_cases']}"
            rare = f"{of} 个案件中有" if zh else f"in {of} cases"
            line(f"    {shared['kind_words'][language]}  {visible(shared['value'])}  ({rare})")
        more = len(item["shared"]) - 10
        if more > 0:
            line(f"    另有 {more} 项" if zh else f"    and {more} more")
    if not found:
        line("没有共有少见线索的案件" if zh else "no case shares anything rare")


def conducts_shown(report: Any, language: Language) -> None:
    zh = language == "zh"
    line(report["note"][language])
    labels = {
        "missing": ("尚缺", "missing"),
        "changes": ("会改变判断", "would change it"),
        "against": ("相反迹象", "speaks against it"),
    }
    for item in report["conducts"]:
        line("")
        line(f"■ {item['name'][language]} [{item['conduct']}] — {item['state_words'][language]}")
        judged = item["judged"]
        if judged:
            word = ("采纳", "taken up") if judged["taken_up"] else ("不采纳", "set aside")
            line(f"  {word[0 if zh else 1]}: {judged['by']}, {visible(judged['reason'])}")
        for support in item["supports"]:
            times = support["count"] or ("陈述" if zh else "stated")
            line(f"  + {support['words'][language]} ({times})")
            for place in support["places"][:3]:
                line(f"      {visible(place['path'])}: {visible(place['because'][language])}")
        for key, label in labels.items():
            listed = [entry[language] for entry in item[key]]
            if listed:
                line(f"  {label[0 if zh else 1]}: {('；' if zh else '; ').join(listed)}")
    if not report["conducts"]:
        line("没有建议" if zh else "nothing to suggest")


def law_shown(report: Any, language: Language) -> None:
    line(report["basis"][language])
    counted = report["counted_in_evidence"]
    if counted:
        listed = ", ".join(f"{kind}={number:g}" for kind, number in counted.items())
        line(f"材料中计得：{listed}" if language == "zh" else f"counted in evidence: {listed}")
    if report["suggestions"] is None:
        line("尚无可匹配的行为" if language == "zh" else "no conduct to match yet")
    else:
        suggestions(report["suggestions"], language)


def duties_shown(report: Any, language: Language) -> None:
    zh = language == "zh"
    line(report["note"][language])
    line(f"{'截至' if zh else 'as of'} {report['as_of']}. {report['basis'][language]}")
    for link in report["chain"]:
        line("")
        line(f"■ {link['words'][language]}")
        for duty in link["duties"]:
            mark = "" if duty["verified"] else (" ⚠ 待核验" if zh else " ⚠ not verified yet")
            line(f"  • {duty['citation'][language]} {duty['name'][language]}{mark}")
            for asked in duty["asked"]:
                because = ("、" if zh else ", ").join(item[language] for item in asked["because"])
                line(f"      {asked['words'][language]} ∵ {because}")
                line(f"      {'查问' if zh else 'ask for'}: {asked['ask_for'][language]}")
        if not link["duties"]:
            line("  —")


def recheck_shown(report: Any, language: Language) -> None:
    zh = language == "zh"
    for item in report["cases"]:
        line(visible(f"{item['case']}  {item['title']}"))
        day = item["date"] or ("未陈述" if zh else "not stated")
        lead = "行为日期" if zh else "date of the act"
        line(f"    {', '.join(item['conducts'])}  ({lead}: {day})")
    if not report["cases"]:
        line("没有在办案件受影响" if zh else "no case in work is touched")


def known_words() -> dict[str, dict[str, dict[str, str]]]:
    """The names that commands take, with what they mean."""
    from mingjian.casework.case.workflow import templates, workflow

    data = workflow()
    return {
        "statuses": {name: item.name.as_json() for name, item in data.statuses.items()},
        "steps": {name: item.name.as_json() for name, item in data.steps.items()},
        "dispositions": {name: item.as_json() for name, item in data.dispositions.items()},
        "classes": {name: item.as_json() for name, item in data.classes.items()},
        "templates": {name: item.name.as_json() for name, item in templates().items()},
    }


def words_shown(known: Mapping[str, Mapping[str, Mapping[str, str]]], language: Language) -> None:
    for kind, listed in known.items():
        line(f"[{kind}]")
        for name, item in listed.items():
            line(f"  {name:24} {item[language]}")
