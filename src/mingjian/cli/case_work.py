"""`mingjian case`: making a case, and working on one."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.cli.case import Case, Other, app, told
from mingjian.cli.person import Told, Work, command
from mingjian.cli.speak import t

__all__ = ["Case", "Other", "app", "told"]

Title = Annotated[str | None, typer.Option(help=t("标题", "title"))]
Summary = Annotated[str | None, typer.Option(help=t("摘要", "summary"))]
Template = Annotated[
    str | None, typer.Option(help=t("模板（见 case words）", "template (see case words)"))
]


@command(app, "new", t("建立草稿（mingjian examine --case 也会）。", "Make a draft."))
def new(
    work: Work,
    case: Case,
    title: Title = None,
    summary: Summary = None,
    template: Template = None,
    exercise: Annotated[bool, typer.Option(help=t("演练", "an exercise"))] = False,
) -> Told:
    from mingjian.app import cases

    done = cases.new(
        work.store,
        work.person,
        case,
        title=title or "",
        summary=summary or "",
        template=template,
        exercise=exercise,
    )
    return told(done)


@command(
    app,
    "edit",
    t("改标题、摘要、类别、上级，或选用模板。", "Change title, class, parent …"),
)
def edit(
    work: Work,
    case: Case,
    title: Title = None,
    summary: Summary = None,
    case_class: Annotated[
        str | None, typer.Option("--class", help=t("类别（见 case words）", "see case words"))
    ] = None,
    parent: Annotated[
        str | None, typer.Option(help=t("上级案件；空串为无", "case above; empty for none"))
    ] = None,
    template: Template = None,
    revision: Annotated[
        int | None, typer.Option(help=t("你所见的版本", "the revision that you saw"))
    ] = None,
) -> Told:
    from mingjian.app import cases

    done = cases.edit(
        work.store,
        work.person,
        case,
        title=title,
        summary=summary,
        case_class=case_class,
        parent=parent,
        template=template,
        revision=revision,
    )
    return told(done)


@command(
    app,
    "facts",
    t(
        "陈述供法条匹配的事实：日期、数额、数量、情节（见 mingjian law words）。",
        "State facts for the law: date, amount, counts, circumstances (see law words).",
    ),
)
def facts(
    work: Work,
    case: Case,
    on: Annotated[
        str | None, typer.Option("--date", help=t("行为日期", "the date of the act"))
    ] = None,
    amount: Annotated[float | None, typer.Option(help=t("数额（元）", "amount, CNY"))] = None,
    count: Annotated[list[str] | None, typer.Option(help="views=6000")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--if", help=t("具备的情节", "a circumstance"))
    ] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--not", help=t("已知没有的情节", "known not to be so"))
    ] = None,
    unknown: Annotated[
        list[str] | None, typer.Option("--unknown", help=t("情节改为未知", "unknown again"))
    ] = None,
    jurisdiction: Annotated[list[str] | None, typer.Option(help="CN | EU")] = None,
) -> Told:
    from mingjian.app import case_facts
    from mingjian.cli.law import _counts

    counted: dict[str, float | None] = {**_counts(count or [])}
    if amount is not None:
        counted["amount"] = amount
    done = case_facts.state_facts(
        work.store,
        work.person,
        case,
        date=on,
        counts=counted,
        circumstances=given or (),
        excluded=excluded or (),
        unknown=unknown or (),
        jurisdictions=jurisdiction,
    )
    return told(done)


@command(app, "note", t("添加记录；--at 使其进入时间线。", "Note something."))
def note(
    work: Work,
    case: Case,
    text: Annotated[str, typer.Argument(help=t("内容", "what to note"))],
    at: Annotated[
        str | None,
        typer.Option(help=t("何时发生：2026-01-31T08:00+08:00", "when it happened, with offset")),
    ] = None,
) -> Told:
    from mingjian.app import cases

    return told(cases.note(work.store, work.person, case, text, happened=at))


@command(
    app,
    "task",
    t("添加任务，或以 --done N 完成、--again N 重做。", "Add a task; --done N."),
)
def task(
    work: Work,
    case: Case,
    text: Annotated[str, typer.Argument(help=t("任务", "what is to be done"))] = "",
    person_: Annotated[
        str | None, typer.Option("--for", help=t("由谁做", "who is to do it"))
    ] = None,
    done_: Annotated[int | None, typer.Option("--done", help=t("完成的编号", "number"))] = None,
    again: Annotated[int | None, typer.Option(help=t("重做的编号", "number"))] = None,
) -> Told:
    from mingjian.app import cases

    if done_ is not None:
        return told(cases.task_done(work.store, work.person, case, done_))
    if again is not None:
        return told(cases.task_done(work.store, work.person, case, again, done=False))
    return told(cases.task(work.store, work.person, case, text, person=person_))


@command(app, "assign", t("指派给某人；--end 取消。", "Assign to a person; --end undoes it."))
def assign(
    work: Work,
    case: Case,
    whom: Annotated[str, typer.Argument(help=t("姓名", "the person's name"))],
    end: Annotated[bool, typer.Option(help=t("取消指派", "end it"))] = False,
) -> Told:
    from mingjian.app import cases

    return told(cases.assign(work.store, work.person, case, whom, assigned=not end))


@command(app, "link", t("关联两个案件。", "Link two cases; it shows in both."))
def link(
    work: Work,
    case: Case,
    other: Other,
    reason: Annotated[str, typer.Option(help=t("为何有关", "why"))],
) -> Told:
    from mingjian.app import cases

    return told(cases.link(work.store, work.person, case, other, reason))


@command(app, "unlink", t("解除关联。", "Remove a link."))
def unlink(work: Work, case: Case, other: Other) -> Told:
    from mingjian.app import cases

    return told(cases.unlink(work.store, work.person, case, other))
