"""How grades and clocks are laid out as lines of text."""

from __future__ import annotations

from typing import Any

from mingjian.cli.speak import line

NEAREST = 4
"""Ways up that are shown; `--json` has them all."""
REPORT = {
    "yes": ("须报告（较大以上）", "to be reported (level III and above)"),
    "no": ("已知事实未达到须报告的级别", "below the level at which a report is due"),
    "depends": (
        "尚不能确定，取决于未知的事实",
        "open: it depends on facts that are not known yet",
    ),
}
STATES = {
    "no_start": ("起算时间未定", "the clock has not started"),
    "at_once": ("立即", "at once"),
    "running": ("剩余", "left"),
    "overdue": ("已超过", "over by"),
    "met": ("已按时报告", "reported in time"),
    "late": ("报告已超期", "reported late"),
}


def pick(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == "zh" else pair[1]


def clock_time(time: Any, language: str) -> str:
    """Both times as a person writes them: Beijing first."""
    local, universal = (time[name].replace("T", " ")[:19] for name in ("beijing", "utc"))
    return (
        f"北京 {local} / UTC {universal}"
        if language == "zh"
        else f"Beijing {local} / UTC {universal}"
    )


def span(seconds: int) -> str:
    """Seconds as ``2 d 03:04:05``."""
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = f"{hours:02}:{minutes:02}:{seconds:02}"
    return f"{days} d {clock}" if days else clock


def graded(report: Any, language: str, every: bool) -> None:
    """The grade in both regimes, criteria with their sources, questions, ways up, the clock."""
    zh = language == "zh"
    if report["title"]:
        line(report["title"])
    line(report["note"][language])
    for item in report["classes"]:
        mark = "" if report["classes_verified"] else ("（待核验）" if zh else " (not verified yet)")
        line(("事件类别：" if zh else "class: ") + item[language] + mark)
    found = report["grade"]
    level = found["CN"]["level"]
    by = next(item for item in report["schemes"] if item["id"] == found["CN"]["by"])
    line("")
    head = "■ 中国" if zh else "■ China"
    line(f"{head}: {level[language]} ({level['id']}) — {by['title'][language]}")
    legal = found["CN"]["statutory"]
    lead = "  法定分级：" if zh else "  statutory grade: "
    line(
        f"{lead}{legal[language]} ({legal['id']}); {pick(REPORT[found['CN']['report']], language)}"
    )
    head = "■ 欧盟" if zh else "■ European Union"
    eu = next(item for item in report["schemes"] if item["id"] == "eu-ai-act-73")
    line(f"{head}: {_eu(eu, language)}")
    for scheme in report["schemes"]:
        _scheme(scheme, language, every)
    _questions(report["ask"], language)
    line("")
    clocks(report, language)


def _eu(scheme: Any, language: str) -> str:
    zh = language == "zh"
    text: str = scheme["step"][language]
    if not scheme["settled"] and not scheme["rests_on"]:
        text = (
            "尚不能确定是否属于严重事件" if zh else "not known yet whether it is a serious incident"
        )
    if not scheme["in_force"]:
        text += f"（{scheme['from']} 起施行）" if zh else f" (applies from {scheme['from']})"
    return text


def _scheme(scheme: Any, language: str, every: bool) -> None:
    zh = language == "zh"
    shown = [item for item in scheme["criteria"] if every or item["reached"] or item["because"]]
    if not shown and not every:
        return
    line("")
    title = scheme["title"][language]
    may = scheme["may_reach"][language]
    tail = "" if scheme["settled"] else (f"，可能达到“{may}”" if zh else f", may reach “{may}”")
    line(f"· {title}: {scheme['step'][language]}{tail}")
    line(f"  {scheme['note'][language]}")
    for item in shown:
        reached = item["reached"][language] if item["reached"] else "—"
        because = ("；" if zh else "; ").join(text[language] for text in item["because"])
        line(f"    {item['name'][language]}: {reached}  {because}")
        if item["set_aside"]:
            continue
        mark = "" if item["verified"] else "⚠ "
        line(f"        {mark}{item['checked_words'][language]} · {item['source'][language]}")
    if len(scheme["rests_on"]) == 1:
        without = scheme["without"][language]
        name = next(i["name"] for i in scheme["criteria"] if i["id"] == scheme["rests_on"][0])
        line(
            f"    只有“{name['zh']}”一项达到本级；没有它则为“{without}”"
            if zh
            else f"    this rests on “{name['en']}” alone; without it: “{without}”"
        )
    for change in scheme["higher"][:NEAREST]:
        line(f"    ↑ {change['words'][language]}")


def _questions(asked: Any, language: str) -> None:
    zh = language == "zh"
    for place, name in (("CN", "中国" if zh else "China"), ("EU", "欧盟" if zh else "EU")):
        if asked[place]:
            line("")
            line(
                f"可能改变分级的未知事实（{name}）："
                if zh
                else f"Not known, may change the grade ({name}):"
            )
            for item in asked[place]:
                line(f"    ? {item['fact']}: {item['ask'][language]}")
    if asked["CN"] or asked["EU"]:
        line(
            "  不涉及的标准可写入 not_concerned，不再追问。"
            if zh
            else "  Criteria that do not touch this incident can be named in not_concerned."
        )


def clocks(report: Any, language: str) -> None:
    """Every deadline with both times; what is only perhaps due comes last and says why."""
    zh = language == "zh"
    known = report["known_at"]
    if known is None:
        line(
            "获知时间（known_at）尚不清楚，期限无法起算。"
            if zh
            else "When it became known (known_at) is not given: no clock can start."
        )
    else:
        line(("获知时间：" if zh else "known at: ") + clock_time(known, language))
    for item in report["deadlines"]:
        _clock(item, language)


def _clock(item: Any, language: str) -> None:
    zh = language == "zh"
    state = pick(STATES[item["state"]], language)
    if item["seconds_left"] is not None:
        state += " " + span(item["seconds_left"])
    mark = {"due": "●", "perhaps": "○"}[item["duty"]]
    line(f"  {mark} {item['who'][language]} → {item['to'][language]}")
    if item["due"]:
        line(f"      {clock_time(item['due'], language)}  {state}")
    else:
        line(f"      {item['within'][language]}" + (f"  {state}" if item["minutes"] else ""))
    if item["note"]:
        line(f"      {item['note'][language]}")
    if item["duty"] == "perhaps":
        names = ", ".join(item["missing"][:5]) + (" …" if len(item["missing"]) > 5 else "")
        line((f"      取决于：{names}") if zh else f"      depends on: {names}")
    if not item["in_force"]:
        line(
            "      该规则在获知之日尚未施行"
            if zh
            else "      not in force on the day it became known"
        )
    if not item["verified"]:
        line(f"      ⚠ {item['checked_words'][language]}")


def decided(view: Any, language: str) -> None:
    """What was entered into the case: the grade in force, or the proposal that waits."""
    zh = language == "zh"
    line("")
    waiting = view["proposed"]
    if waiting:
        line(
            f"已记入案件“{view['case']}”：{waiting['by']} 提议定为 {waiting['level']} 级，"
            "待另一人确认。"
            if zh
            else f"entered into case “{view['case']}”: {waiting['by']} proposes level "
            f"{waiting['level']}; another person must confirm it."
        )
    elif view["level"]:
        level = view["level"]
        line(
            f"案件“{view['case']}”定为 {level['id']} 级（{level['zh']}）。"
            if zh
            else f"case “{view['case']}” stands at level {level['id']} ({level['en']})."
        )
