"""`mingjian law`: dated law data, official texts beside it, suggestions from facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.speak import as_language, out, print_json, t, visible

app = typer.Typer(
    help=t(
        "法条：按行为日期查条文、量刑幅度与规制状态；只供法律专业人员参考。",
        "Law: articles, bands and coverage on the date of the act; suggestions for a lawyer.",
    ),
    no_args_is_help=True,
)
Lang = Annotated[str | None, typer.Option("--lang", help="zh | en")]
AsJson = Annotated[bool, typer.Option("--json", help=t("输出 JSON", "print JSON"))]
Day = Annotated[
    str | None, typer.Option("--on", help=t("某日的条文，如 2025-12-31", "as of a day"))
]


def _day(value: str | None) -> date | None:
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise UsageError(
            Message(f"日期不对：{value}", f"not a date: {value}"),
            Message("写作 2026-01-31", "written 2026-01-31"),
        ) from None


def _line(text: str) -> None:
    out().print(visible(text), markup=False, soft_wrap=True)


@app.command(
    "import",
    help=t(
        "读入一个文件夹的官方文本，按版本保存，与我们的文字并排显示。",
        "Read a folder of official texts; kept by version and shown beside our wording.",
    ),
)
def import_(
    folder: Annotated[Path, typer.Argument(help=t("文件夹", "the folder"))],
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    zh = settings.language == "zh"
    report: Any = law.import_texts(folder, settings)
    if json:
        print_json(report)
    else:
        state = {"new": t("新", "new"), "updated": t("更新", "updated"), "same": t("相同", "same")}
        for text in report["texts"]:
            count = f"{text['articles']} 条" if zh else f"{text['articles']} articles"
            _line(f"{state[text['state']]}  {text['id']}  {count}")
            _touched(text, settings.language)
        for item in report["refused"]:
            _line(f"✗ {item['file']}: {item['why'][settings.language]}")
    if report["refused"]:
        raise typer.Exit(1)


def _touched(text: Any, language: str) -> None:
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
            _line(f"    {label}: {', '.join(map(str, text[name]))}")


@app.command("show", help=t("显示一条：我们的概括、幅度与官方文本。", "Show an entry."))
def show(
    ref: Annotated[str, typer.Argument(help="criminal-law/266")],
    on: Day = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    shown = law.show(ref, _day(on), settings)
    if json:
        print_json(shown)
        return
    for item in shown:
        _show(item, settings.language)


def _show(item: Any, language: str) -> None:
    zh = language == "zh"
    entry = item["entry"]
    if entry is None:
        spans = "; ".join(f"{start} – {end or '…'}" for start, end in item["versions"])
        _line(f"{item['asked']}: " + (f"该日没有效力（{spans}）" if zh else f"not then ({spans})"))
        return
    start, end = entry["in_force"]
    _line(f"{entry['citation'][language]} {entry['name'][language]} [{entry['ref']}]")
    if entry["ref"] != item["asked"]:
        _line(f"  ← {item['asked']}" + ("（该日为旧条文）" if zh else " (its text that day)"))
    span = f"{start} – {end or '…'}"
    loose = "" if entry["dates_verified"] else ("（日期待核验）" if zh else " (dates not verified)")
    _line(("  施行：" if zh else "  in force: ") + span + loose)
    _line("  " + entry["elements"][language])
    for band in entry["bands"]:
        _line(f"  • {band['label'][language]}: {band['penalty_words'][language]}")
        for item_ in band["thresholds"]:
            _line("      " + _threshold(item_))
    if entry["note"]:
        _line("  " + entry["note"][language])
    if not entry["verified"]:
        _line("  ⚠ 待核验" if zh else "  ⚠ not verified yet")
    _line(("  来源：" if zh else "  source: ") + entry["source"])
    official = item["official"]
    if official:
        head = "  官方文本：" if zh else "  official text: "
        _line(f"{head}{official['title']} ({official['digest'][:12]})")
        for line in official["text"].splitlines():
            _line("    │ " + line)


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


@app.command("search", help=t("按词查找条目、行为和官方文本。", "Find entries, conducts, texts."))
def search(
    words: Annotated[list[str], typer.Argument(help=t("词", "words"))],
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    hits: Any = law.find(" ".join(words), settings)
    if json:
        print_json(hits)
        return
    for hit in hits:
        _line(f"{hit['kind']:9} {hit['ref']:40} {hit['text']}")
    if not hits:
        _line("没有找到" if settings.language == "zh" else "nothing found")


@app.command("words", help=t("列出行为、计数、情节的名称。", "List the names facts may use."))
def words(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    report: Any = law.words()
    if json:
        print_json(report)
        return
    for kind, listed in report.items():
        _line(f"[{kind}]")
        for name, item in listed.items():
            _line(f"  {name:30} {item[settings.language]}")


@app.command(
    "match",
    help=t(
        "由行为、日期、数额、数量得出可能的条文与幅度：供法律专业人员参考，不是有罪认定。",
        "Articles and bands that may fit: suggestions for a lawyer, never a finding of guilt.",
    ),
)
def match(
    conduct: Annotated[list[str] | None, typer.Option(help=t("行为", "conduct"))] = None,
    on: Annotated[
        str | None, typer.Option("--date", help=t("行为日期", "the date of the act"))
    ] = None,
    amount: Annotated[float | None, typer.Option(help=t("涉案数额（元）", "amount, CNY"))] = None,
    count: Annotated[
        list[str] | None, typer.Option(help="personal_information.sensitive=600")
    ] = None,
    given: Annotated[
        list[str] | None, typer.Option("--if", help=t("具备的情节", "a circumstance"))
    ] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--not", help=t("已知没有的情节", "known not to be so"))
    ] = None,
    jurisdiction: Annotated[list[str] | None, typer.Option(help="CN | EU")] = None,
    facts: Annotated[Path | None, typer.Option(help=t("事实 JSON 文件", "a facts file"))] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    value: Any = law.read_facts(facts) if facts else {}
    if isinstance(value, dict):
        given_here = {
            "conducts": conduct,
            "date": on,
            "amount": amount,
            "circumstances": given,
            "excluded": excluded,
            "jurisdictions": jurisdiction,
        }
        value |= {name: item for name, item in given_here.items() if item is not None}
        if count:
            value["counts"] = {**value.get("counts", {}), **_counts(count)}
    report: Any = law.suggest(value).as_json()
    if json:
        print_json(report)
    else:
        _suggestions(report, settings.language)


def _counts(listed: list[str]) -> dict[str, float]:
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    made = {}
    for item in listed:
        name, _, number = item.partition("=")
        try:
            made[name] = float(number)
        except ValueError:
            raise UsageError(
                Message(f"数量写作 名称=数字：{item}", f"a count is written name=number: {item}")
            ) from None
    return made


def _suggestions(report: Any, language: str) -> None:
    zh = language == "zh"
    _line(report["note"][language])
    if report["undated"]:
        _line("⚠ " + report["undated"][language])
    for conduct in report["conducts"]:
        _line("")
        place = f"{conduct['category'][language]} · {conduct['type'][language]}"
        _line(f"■ {conduct['name'][language]} [{conduct['id']}] — {place}")
        for title, key in (
            (("支持", "supported by"), "supports"),
            (("尚待查明", "to establish"), "to_establish"),
        ):
            listed = "；" if zh else "; "
            text = listed.join(item[language] for item in conduct[key])
            _line(f"  {title[0 if zh else 1]}: {text}")
        for name, found in conduct["jurisdictions"].items():
            covered = found["coverage"]
            _line(f"  {name}: {covered['words'][language]}")
            for reason in covered["reasons"]:
                _line(f"      {reason[language]}")
            for item in found["articles"]:
                _article(item, language)


def _article(item: Any, language: str) -> None:
    zh = language == "zh"
    mark = "" if item["verified"] or item["elements"] is None else " ⚠"
    name = f"{item['citation'][language]} {item['name'][language]}"
    _line(f"    • {name}: {item['state_words'][language]}{mark}")
    band = item["band"]
    if band:
        _line(f"        {band['label'][language]}: {band['penalty_words'][language]}")
        for reason in band["because"][:3]:
            _line(f"        ∵ {reason[language]}")
    for reason in item["below"][:3]:
        _line(f"        {reason[language]}")
    for may in item["may_reach"]:
        lead = "可能达到" if zh else "may reach"
        why = may["because"][0][language] if may["because"] else ""
        _line(f"        {lead}: {may['label'][language]} ({why})")
    if item["missing"]:
        lead = "缺少" if zh else "missing"
        listed = [word[language] for word in item["missing"][:6]]
        more = len(item["missing"]) - len(listed)
        tail = "" if more <= 0 else (f"，等 {more} 项" if zh else f", and {more} more")
        _line(f"        {lead}: {('；' if zh else '; ').join(listed)}{tail}")
    for note in item["notes"]:
        _line(f"        {note[language]}")


@app.command(
    "diff",
    help=t(
        "比较：文件夹与已导入的文本；或 --from 与 --to 两日之间的条目。",
        "Compare a folder with what was imported, or the entries of two days.",
    ),
)
def diff(
    folder: Annotated[Path | None, typer.Argument(help=t("文件夹", "the folder"))] = None,
    start: Annotated[str | None, typer.Option("--from", help="2025-12-31")] = None,
    end: Annotated[str | None, typer.Option("--to", help="2026-01-01")] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.errors import UsageError
    from mingjian.app.settings import load_settings
    from mingjian.domain.message import Message

    settings = load_settings(language=as_language(lang))
    first, last = _day(start), _day(end)
    if folder is not None and first is None and last is None:
        report: Any = law.diff_folder(folder, settings)
        if json:
            print_json(report)
            return
        for text in report["texts"]:
            _line(text["id"])
            _touched(text, settings.language)
        for item in report["refused"]:
            _line(f"✗ {item['file']}: {item['why'][settings.language]}")
        if not report["texts"]:
            _line("没有变化" if settings.language == "zh" else "nothing changed")
        return
    if folder is not None or first is None or last is None:
        raise UsageError(
            Message("请给出文件夹，或同时给出 --from 与 --to", "give a folder, or --from and --to")
        )
    changed: Any = law.between(first, last)
    if json:
        print_json(changed)
        return
    for change in changed:
        names = [
            f"{side['citation'][settings.language]}" if side else "—"
            for side in (change["before"], change["after"])
        ]
        named = (change["after"] or change["before"])["name"][settings.language]
        _line(f"{names[0]} → {names[1]}  {named}")
        _touched({"conducts": change["conducts"]}, settings.language)


@app.command(
    "check",
    help=t(
        "核对法条库：引用是否都有条目，列出待核验的内容。有问题时退出码为 1。",
        "Check that every reference resolves; lists what is not verified. Exit code 1 if broken.",
    ),
)
def check(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    language = settings.language
    report: Any = law.check(settings)
    if json:
        print_json(report)
    else:
        for name in ("statutes", "articles", "conducts", "official_texts"):
            _line(f"{name}: {report[name]}")
        for item in (*report["problems"], *report["without_text"]):
            _line(f"✗ {item['where']}: {item['what'][language]}")
        label = "待核验" if language == "zh" else "not verified yet"
        _line(f"{label}: {len(report['unverified'])}")
        for item in report["unverified"]:
            _line(f"  {item['ref']}: {item['what'][language]} ({item['how']})")
    if report["problems"] or report["without_text"]:
        raise typer.Exit(1)
