"""The page evidence is handed in on, and the page on which its examination is watched."""

from __future__ import annotations

from itertools import islice

from mingjian.app import incoming
from mingjian.app.incoming_run import view
from mingjian.domain.evidence import STATED_KINDS
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.web.page import Asked, Page
from mingjian.web.session import Deed, Given, Went

SHOWN = 20
"""Latest uploads shown, and …"""
OFFERED = 200
"""… cases offered by name; any other can be typed."""


def examine(asked: Asked) -> Json:
    """The form and the latest uploads."""
    with asked.store() as store:
        cases = list(reversed(store.cases()))[:OFFERED]
    folders = incoming.all_folders(asked.settings)
    return {
        "cases": cases,
        "kinds": [str(kind) for kind in STATED_KINDS],
        "case": asked["case"],
        "most": asked.settings.upload_bytes,
        "uploads": [view(folder) for folder in islice(folders, SHOWN)],
    }


def _examination(asked: Asked) -> Json:
    return view(incoming.folder_of(asked.settings, asked["id"]))


def _stop(asked: Asked, given: Given) -> Went:
    asked.examinations.stop(asked.actor, asked["id"])
    return Went(
        Message("检验已停止，已完成的部分保留", "stopped; what was examined stays"),
        "examination",
        {"id": asked["id"]},
    )


def _again(asked: Asked, given: Given) -> Went:
    asked.examinations.again(asked.actor, asked["id"])
    return Went(Message("检验已继续", "it goes on"), "examination", {"id": asked["id"]})


EXAMINE = Page(
    name="examine",
    area="examine",
    title=Message("检验", "Examine"),
    make=examine,
    takes=("case",),
    action="case.examine",
)
EXAMINE_PAGES: tuple[Page, ...] = (
    EXAMINE,
    Page(
        name="examination",
        area="examine",
        title=Message("检验进度", "Examination"),
        make=_examination,
        takes=("id",),
        deeds=(
            Deed(
                name="stop",
                does=Message("停止检验", "stop an examination"),
                action="case.examine",
                do=_stop,
            ),
            Deed(
                name="again",
                does=Message("继续检验", "go on with an examination"),
                action="case.examine",
                do=_again,
            ),
        ),
    ),
)
