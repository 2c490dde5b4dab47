"""`mingjian case`: work on cases. Decisions are in `case_decide`, printing in `case_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.person import Told, Work, command
from mingjian.cli.speak import AsJson, Lang, print_json, t

if TYPE_CHECKING:
    from mingjian.app.cases import Done

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


def told(done: Done) -> Told:
    """A change that was made is told with the revision it led to."""
    from mingjian.cli.case_lines import changed

    return done, changed


# ---- looking --------------------------------------------------------------------------------


@command(app, "list", t("列出案件。", "List cases."))
def list_(
    work: Work,
    status: Annotated[
        str | None, typer.Option(help="draft | open | review | closed | merged")
    ] = None,
    assigned: Annotated[str | None, typer.Option(help=t("指派给谁", "assigned to whom"))] = None,
    due: Annotated[
        bool, typer.Option(help=t("只列保存期已满的", "only those whose time is over"))
    ] = False,
) -> Told:
    from mingjian.app.case_views import list_cases
    from mingjian.cli.case_lines import table

    return list_cases(work.store, work.person, status=status, assigned=assigned, due=due), table


@command(app, "show", t("显示一个案件。", "Show a case."))
def show(work: Work, case: Case) -> Told:
    from mingjian.app.case_views import show
    from mingjian.cli.case_lines import shown

    return show(work.store, work.person, case), shown


@command(
    app,
    "history",
    t("案件的全部经过，取自保管链。", "All that was done, from the chain."),
)
def history(work: Work, case: Case) -> Told:
    from mingjian.app.case_views import history
    from mingjian.cli.case_lines import history_shown

    return history(work.store, work.person, case), history_shown


@command(
    app,
    "timeline",
    t(
        "时间线（UTC）：陈述的事、文件时间、办理经过，空档单列。",
        "Timeline (UTC): what is stated, file times, what was done; gaps are named.",
    ),
)
def timeline(
    work: Work,
    case: Case,
    gap: Annotated[
        float, typer.Option(help=t("多少天算空档", "days that count as a gap"), min=0.01)
    ] = 7.0,
) -> Told:
    from datetime import timedelta

    from mingjian.app.case_views import case_timeline
    from mingjian.cli.case_lines import timeline_shown

    moments = case_timeline(work.store, work.person, case, longest=timedelta(days=gap))
    return moments, timeline_shown


@command(
    app,
    "artefacts",
    t(
        "案件中的链接、主机、账号、号码、钱包、散列值、文件名（默认遮盖）。",
        "Links, hosts, accounts, numbers, wallets, hashes, file names (redacted).",
    ),
)
def artefacts(
    work: Work,
    case: Case,
    reveal: Annotated[
        bool, typer.Option(help=t("不遮盖；此事记入保管链", "in clear; that goes into custody"))
    ] = False,
) -> Told:
    from mingjian.app.case_evidence import artefacts_of
    from mingjian.cli.case_lines import artefacts_shown

    return artefacts_of(work.store, work.person, case, reveal=reveal), artefacts_shown


@command(
    app,
    "related",
    t("共有少见线索的其他案件。", "Other cases that share artefacts, the rarest first."),
)
def related(work: Work, case: Case) -> Told:
    from mingjian.app.case_evidence import related_cases
    from mingjian.cli.case_lines import related_shown

    return related_cases(work.store, work.person, case), related_shown


@command(
    app,
    "conduct",
    t(
        "由发现推得的行为建议；可采纳（--take-up）或不采纳（--set-aside），须附理由。",
        "Conduct that the findings suggest; --take-up or --set-aside one, with a reason.",
    ),
)
def conduct(
    work: Work,
    case: Case,
    take_up: Annotated[str | None, typer.Option(help=t("采纳此行为", "take this up"))] = None,
    set_aside: Annotated[str | None, typer.Option(help=t("不采纳", "set this aside"))] = None,
    reason: Annotated[str, typer.Option(help=t("理由", "the reason"))] = "",
) -> Told:
    from mingjian.app.case_facts import judge
    from mingjian.app.case_law import conducts
    from mingjian.cli.case_lines import conducts_shown

    for named, taken_up in ((take_up, True), (set_aside, False)):
        if named is not None:
            judge(work.store, work.person, case, named, taken_up, reason)
    return conducts(work.store, work.person, case), conducts_shown


@command(
    app,
    "law",
    t(
        "本案的行为、数量与行为日期可能涉及的条文；供法律专业人员参考。",
        "Articles that may fit the case's conduct, counts and date; for a lawyer.",
    ),
)
def law(work: Work, case: Case) -> Told:
    from mingjian.app.case_law import case_law
    from mingjian.cli.case_lines import law_shown

    return case_law(work.store, work.person, case), law_shown


@command(
    app,
    "duties",
    t(
        "责任链：开发者、提供者、传播者、使用者各应查问的义务。",
        "The chain developer, provider, propagator, user: duties to ask about.",
    ),
)
def duties(work: Work, case: Case) -> Told:
    from mingjian.app.case_law import case_duties
    from mingjian.cli.case_lines import duties_shown

    return case_duties(work.store, work.person, case), duties_shown


@command(
    app,
    "recheck",
    t(
        "法律变化后须重新查看的在办案件：按两日之间的变化，或按行为。",
        "Cases in work to look at again after a change of law: between two days, or by conduct.",
    ),
)
def recheck(
    work: Work,
    start: Annotated[
        str | None, typer.Option("--from", help=t("变化前一日", "the day before the change"))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help=t("变化后一日", "the day after it"))
    ] = None,
    conduct: Annotated[list[str] | None, typer.Option(help=t("行为", "conduct"))] = None,
) -> Told:
    from mingjian.app.case_law import to_look_at_again
    from mingjian.app.days import day_of
    from mingjian.cli.case_lines import recheck_shown

    first, last = day_of(start), day_of(end)
    between = (first, last) if first and last else None
    report = to_look_at_again(work.store, work.person, conduct or (), between=between)
    return report, recheck_shown


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
