"""`mingjian case`, complete with its decisions.

Each decision asks for a reason, which stands in custody with the name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.cli.case_work import Case, Other, app, told
from mingjian.cli.person import Told, Work, command
from mingjian.cli.speak import t

__all__ = ["app"]

Reason = Annotated[str, typer.Option(help=t("理由", "the reason"))]

_WITH_REASON = {
    "open": t("立为案件：草稿由人立案。", "Open a draft: it becomes a case."),
    "submit": t("提交复核。", "Hand it to review."),
    "return": t("退回补充。", "Send it back from review."),
    "close": t(
        "结案：须先有处置；一、二级事件的处置须经第二人确认。",
        "Close it: needs a disposition, with grade I or II a confirmed one.",
    ),
    "reopen": t("重新办理已结案件。", "Take a closed case up again."),
    "hold": t("设置保留令：期满也不清除。", "Legal hold: nothing is erased."),
    "release": t("解除保留令。", "Release the legal hold."),
    "erase": t(
        "保存期满后清除人写下的文字（经过与散列值保留）。",
        "Erase what persons wrote, its time being over; the chain stays whole.",
    ),
    "unmerge": t("撤销并案。", "Undo a merge."),
}


def _with_reason(verb: str, help_text: str) -> None:
    @command(app, verb, help_text)
    def _(work: Work, case: Case, reason: Reason) -> Told:
        from mingjian.app import case_decisions

        use_case = getattr(case_decisions, {"open": "open_", "return": "return_"}.get(verb, verb))
        return told(use_case(work.store, work.person, case, reason))


for _verb, _help in _WITH_REASON.items():
    _with_reason(_verb, _help)


@command(
    app,
    "compare",
    t(
        "比对两件材料中的人声（默认关闭；须有法律依据和参照总体；结果入保管链，由人判断）。",
        "Compare the voices of two items (off by default; needs a legal basis and a reference "
        "population; the outcome goes into custody and is for a person to judge).",
    ),
)
def compare(
    work: Work,
    case: Case,
    questioned: Annotated[
        str,
        typer.Argument(help=t("检材：SHA-256 的前几位", "questioned item: start of its SHA-256")),
    ],
    known: Annotated[
        str, typer.Argument(help=t("样本：SHA-256 的前几位", "known item: start of its SHA-256"))
    ],
    population: Annotated[
        Path,
        typer.Option(
            help=t(
                "参照总体：每个人声一个文件夹，各两段以上录音，条件与本案相近",
                "reference population: a folder for each voice, two recordings or more in each, "
                "like the case in their conditions",
            )
        ),
    ],
    basis: Annotated[
        str,
        typer.Option(
            help=t(
                "法律依据：条文、批准文书编号", "the legal basis: article, number of the warrant"
            )
        ),
    ],
) -> Told:
    from mingjian.app.comparison import compare
    from mingjian.cli.case_lines import compared

    done = compare(
        work.store,
        work.person,
        work.settings,
        case,
        questioned,
        known,
        population=population,
        basis=basis,
    )
    return done, compared


@command(app, "merge", t("把案件并入另一案件（可撤销）。", "Merge a case into another."))
def merge(work: Work, case: Case, into: Other, reason: Reason) -> Told:
    from mingjian.app import case_decisions

    return told(case_decisions.merge(work.store, work.person, case, into, reason))


@command(
    app,
    "split",
    t("把材料分到一个新案件（可撤销）。", "Split evidence off to a new case."),
)
def split(
    work: Work,
    case: Case,
    into: Annotated[str, typer.Argument(help=t("新案件名称", "name of the new case"))],
    evidence: Annotated[
        list[str], typer.Option(help=t("材料 SHA-256 的前几位", "SHA-256 or its first digits"))
    ],
    reason: Reason,
) -> Told:
    from mingjian.app import case_decisions

    return told(case_decisions.split(work.store, work.person, case, into, evidence, reason))


@command(app, "unsplit", t("收回分出的材料。", "Take back what was split off."))
def unsplit(work: Work, case: Case, into: Other, reason: Reason) -> Told:
    from mingjian.app import case_decisions

    return told(case_decisions.unsplit(work.store, work.person, case, into, reason))


@command(
    app,
    "dispose",
    t(
        "作出处置：由人决定，写明理由、效力与救济途径。",
        "Decide what becomes of the matter: reason, effect and appeal in writing.",
    ),
)
def dispose(
    work: Work,
    case: Case,
    kind: Annotated[str, typer.Argument(help=t("处置（见 case words）", "see case words"))],
    reason: Reason,
    effect: Annotated[str, typer.Option(help=t("由此产生什么", "what follows from it"))],
    appeal: Annotated[str, typer.Option(help=t("如何申请复查", "how it can be looked at again"))],
) -> Told:
    from mingjian.app import case_decisions

    done = case_decisions.dispose(work.store, work.person, case, kind, reason, effect, appeal)
    return told(done)


@command(app, "confirm", t("作为第二人确认处置。", "Confirm a disposition: second person."))
def confirm(work: Work, case: Case) -> Told:
    from mingjian.app import case_decisions

    return told(case_decisions.confirm(work.store, work.person, case))
