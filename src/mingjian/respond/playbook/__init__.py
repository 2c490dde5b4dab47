"""Playbooks 预案: CACAO 2.0 read, checked, kept without loss, and walked through by people."""

from mingjian.respond.playbook.cacao import Playbook, PlaybookRefused, canonical, read
from mingjian.respond.playbook.check import Problem, problems
from mingjian.respond.playbook.library import library
from mingjian.respond.playbook.walk import Answer, Ask, walk

__all__ = [
    "Answer",
    "Ask",
    "Playbook",
    "PlaybookRefused",
    "Problem",
    "canonical",
    "library",
    "problems",
    "read",
    "walk",
]
