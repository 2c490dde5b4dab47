"""`mingjian law`: dated law data, official texts beside it, suggestions from facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.app.days import day_of
from mingjian.cli.law_lines import entry_shown, suggestions, touched
from mingjian.cli.speak import AsJson, Lang, as_language, line, print_json, t

app = typer.Typer(
    help=t(
        "法条：按行为日期查条文、量刑幅度与规制状态；只供法律专业人员参考。",
        "Law: articles, bands and coverage on the date of the act; suggestions for a lawyer.",
    ),
    no_args_is_help=True,
)
Day = Annotated[
    str | None, typer.Option("--on", help=t("某日的条文，如 2025-12-31", "as of a day"))
]


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
            line(f"{state[text['state']]}  {text['id']}  {count}")
            touched(text, settings.language)
        for item in report["refused"]:
            line(f"✗ {item['file']}: {item['why'][settings.language]}")
    if report["refused"]:
        raise typer.Exit(1)


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
    shown = law.show(ref, day_of(on), settings)
    if json:
        print_json(shown)
        return
    for item in shown:
        entry_shown(item, settings.language)


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
        line(f"{hit['kind']:9} {hit['ref']:40} {hit['text']}")
    if not hits:
        line("没有找到" if settings.language == "zh" else "nothing found")


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
        line(f"[{kind}]")
        for name, item in listed.items():
            line(f"  {name:30} {item[settings.language]}")


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
    from mingjian.app.given_files import json_of
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    value: Any = json_of(facts) if facts else {}
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
        known = value.get("counts") or {}
        if count and isinstance(known, dict):
            value["counts"] = {**known, **_counts(count)}
    report: Any = law.suggest(value).as_json()
    if json:
        print_json(report)
    else:
        suggestions(report, settings.language)


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
    first, last = day_of(start), day_of(end)
    if folder is not None and first is None and last is None:
        report: Any = law.diff_folder(folder, settings)
        if json:
            print_json(report)
            return
        for text in report["texts"]:
            line(text["id"])
            touched(text, settings.language)
        for item in report["refused"]:
            line(f"✗ {item['file']}: {item['why'][settings.language]}")
        if not report["texts"]:
            line("没有变化" if settings.language == "zh" else "nothing changed")
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
        line(f"{names[0]} → {names[1]}  {named}")
        touched({"conducts": change["conducts"]}, settings.language)


@app.command(
    "duties",
    help=t(
        "某日开发者、提供者、传播者、使用者各有哪些义务；是否违反由人判断。",
        "The duties of developer, provider, propagator and user on a day.",
    ),
)
def duties(
    on: Day = None,
    jurisdiction: Annotated[list[str] | None, typer.Option(help="CN | EU")] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import law
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    listed: Any = law.chain(day_of(on) or date.today(), tuple(jurisdiction or ("CN", "EU")))
    if json:
        print_json(listed)
        return
    role = ""
    for item in listed:
        if item["role"] != role:
            role = item["role"]
            line(f"[{item['role_words'][language]}]")
        mark = "" if item["verified"] else " ⚠"
        line(f"  {item['citation'][language]} {item['name'][language]}{mark}")
        line(f"      {item['elements'][language]}")


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
            line(f"{name}: {report[name]}")
        for item in (*report["problems"], *report["without_text"]):
            line(f"✗ {item['where']}: {item['what'][language]}")
        label = "待核验" if language == "zh" else "not verified yet"
        line(f"{label}: {len(report['unverified'])}")
        for item in report["unverified"]:
            line(f"  {item['ref']}: {item['what'][language]} ({item['how']})")
    if report["problems"] or report["without_text"]:
        raise typer.Exit(1)
