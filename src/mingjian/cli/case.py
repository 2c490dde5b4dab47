"""`mingjian case`: work on cases. Decisions are in `case_decide`, printing in `case_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.person import AsJson, Lang, Name, RoleName, at_work
from mingjian.cli.speak import print_json, t

if TYPE_CHECKING:
    from mingjian.app.cases import Done
    from mingjian.domain.message import Language

app = typer.Typer(
    help=t(
        "案件：草稿由人立案，合并、分案可撤销，建议供人判断，处置由人作出；每一步都在保管链中。",
        "Cases: a person opens drafts, merges and splits them reversibly, judges suggestions and "
        "decides; every step is in custody.",
    ),
    no_args_is_help=True,
)
Case = Annotated[str, typer.Argument(help=t("案件名称", "name of the case"))]
Other = Annotated[str, typer.Argument(help=t("另一案件", "the other case"))]


def told(done: Done, json: bool, language: Language) -> None:
    """Say that a change was made, with the revision it led to."""
    from mingjian.cli.case_lines import changed

    if json:
        print_json({"case": done.case, "revision": done.revision, **done.body})
    else:
        changed(done, language)


# ---- looking --------------------------------------------------------------------------------


@app.command("list", help=t("列出案件。", "List cases."))
def list_(
    status: Annotated[
        str | None, typer.Option(help="draft | open | review | closed | merged")
    ] = None,
    assigned: Annotated[str | None, typer.Option(help=t("指派给谁", "assigned to whom"))] = None,
    due: Annotated[
        bool, typer.Option(help=t("只列保存期已满的", "only those whose time is over"))
    ] = False,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_views import list_cases
    from mingjian.cli.case_lines import table

    with at_work(name, role, lang) as (store, person, settings):
        lines = list_cases(store, person, status=status, assigned=assigned, due=due)
    if json:
        print_json([line.as_json() for line in lines])
    else:
        table(lines, settings.language)


@app.command("show", help=t("显示一个案件。", "Show a case."))
def show(
    case: Case,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_views import show
    from mingjian.cli.case_lines import shown

    with at_work(name, role, lang) as (store, person, settings):
        view = show(store, person, case)
    if json:
        print_json(view.as_json())
    else:
        shown(view, settings.language)


@app.command(
    "history", help=t("案件的全部经过，取自保管链。", "All that was done, from the chain.")
)
def history(
    case: Case,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_views import history
    from mingjian.cli.case_lines import history_shown

    with at_work(name, role, lang) as (store, person, settings):
        lines = history(store, person, case)
    if json:
        print_json([line.as_json() for line in lines])
    else:
        history_shown(lines, settings.language)


@app.command(
    "timeline",
    help=t(
        "时间线（UTC）：陈述的事、文件时间、办理经过，空档单列。",
        "Timeline (UTC): what is stated, file times, what was done; gaps are named.",
    ),
)
def timeline(
    case: Case,
    gap: Annotated[
        float, typer.Option(help=t("多少天算空档", "days that count as a gap"), min=0.01)
    ] = 7.0,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from datetime import timedelta

    from mingjian.app.case_views import case_timeline
    from mingjian.cli.case_lines import timeline_shown

    with at_work(name, role, lang) as (store, person, settings):
        moments = case_timeline(store, person, case, longest=timedelta(days=gap))
    if json:
        print_json([item.as_json() for item in moments])
    else:
        timeline_shown(moments, settings.language)


@app.command(
    "artefacts",
    help=t(
        "案件中的链接、主机、账号、号码、钱包、散列值、文件名（默认遮盖）。",
        "Links, hosts, accounts, numbers, wallets, hashes, file names (redacted).",
    ),
)
def artefacts(
    case: Case,
    reveal: Annotated[
        bool, typer.Option(help=t("不遮盖；此事记入保管链", "in clear; that goes into custody"))
    ] = False,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_evidence import artefacts_of
    from mingjian.cli.case_lines import artefacts_shown

    with at_work(name, role, lang) as (store, person, settings):
        found = artefacts_of(store, person, case, reveal=reveal)
    if json:
        print_json(found)
    else:
        artefacts_shown(found, settings.language)


@app.command(
    "related",
    help=t("共有少见线索的其他案件。", "Other cases that share artefacts, the rarest first."),
)
def related(
    case: Case,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_evidence import related_cases
    from mingjian.cli.case_lines import related_shown

    with at_work(name, role, lang) as (store, person, settings):
        found = related_cases(store, person, case)
    if json:
        print_json(found)
    else:
        related_shown(found, settings.language)


@app.command(
    "conduct",
    help=t(
        "由发现推得的行为建议；可采纳（--take-up）或不采纳（--set-aside），须附理由。",
        "Conduct that the findings suggest; --take-up or --set-aside one, with a reason.",
    ),
)
def conduct(
    case: Case,
    take_up: Annotated[str | None, typer.Option(help=t("采纳此行为", "take this up"))] = None,
    set_aside: Annotated[str | None, typer.Option(help=t("不采纳", "set this aside"))] = None,
    reason: Annotated[str, typer.Option(help=t("理由", "the reason"))] = "",
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_facts import judge
    from mingjian.app.case_law import conducts
    from mingjian.cli.case_lines import conducts_shown

    with at_work(name, role, lang) as (store, person, settings):
        for named, taken_up in ((take_up, True), (set_aside, False)):
            if named is not None:
                judge(store, person, case, named, taken_up, reason)
        report = conducts(store, person, case)
    if json:
        print_json(report)
    else:
        conducts_shown(report, settings.language)


@app.command(
    "law",
    help=t(
        "本案的行为、数量与行为日期可能涉及的条文；供法律专业人员参考。",
        "Articles that may fit the case's conduct, counts and date; for a lawyer.",
    ),
)
def law(
    case: Case,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_law import case_law
    from mingjian.cli.case_lines import law_shown

    with at_work(name, role, lang) as (store, person, settings):
        report = case_law(store, person, case)
    if json:
        print_json(report)
    else:
        law_shown(report, settings.language)


@app.command(
    "duties",
    help=t(
        "责任链：开发者、提供者、传播者、使用者各应查问的义务。",
        "The chain developer, provider, propagator, user: duties to ask about.",
    ),
)
def duties(
    case: Case,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_law import case_duties
    from mingjian.cli.case_lines import duties_shown

    with at_work(name, role, lang) as (store, person, settings):
        report = case_duties(store, person, case)
    if json:
        print_json(report)
    else:
        duties_shown(report, settings.language)


@app.command(
    "recheck",
    help=t(
        "法律变化后须重新查看的在办案件：按两日之间的变化，或按行为。",
        "Cases in work to look at again after a change of law: between two days, or by conduct.",
    ),
)
def recheck(
    start: Annotated[
        str | None, typer.Option("--from", help=t("变化前一日", "the day before the change"))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help=t("变化后一日", "the day after it"))
    ] = None,
    conduct: Annotated[list[str] | None, typer.Option(help=t("行为", "conduct"))] = None,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.case_law import to_look_at_again
    from mingjian.cli.case_lines import recheck_shown
    from mingjian.cli.law import _day

    first, last = _day(start), _day(end)
    between = (first, last) if first and last else None
    with at_work(name, role, lang) as (store, person, settings):
        report = to_look_at_again(store, person, conduct or (), between=between)
    if json:
        print_json(report)
    else:
        recheck_shown(report, settings.language)


@app.command(
    "words", help=t("列出状态、处置、类别、模板的名称。", "List the names that commands take.")
)
def words(json: AsJson = False, lang: Lang = None) -> None:
    from mingjian.app.settings import load_settings
    from mingjian.cli.case_lines import known_words, words_shown
    from mingjian.cli.speak import as_language

    language = load_settings(language=as_language(lang)).language
    if json:
        print_json(known_words())
    else:
        words_shown(known_words(), language)
