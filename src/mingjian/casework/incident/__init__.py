"""Incident grade 安全事件分级: by harm and reach, every criterion shown, both regimes side by side.

Thresholds and deadlines are data (`data/*.json`), each with its source and how it was checked.
A missing fact is unknown, never zero; nothing here decides, a person does.
"""

from mingjian.casework.incident.clock import Deadline, deadlines
from mingjian.casework.incident.facts import IncidentFacts, IncidentRefused, facts_from
from mingjian.casework.incident.grade import Graded, Outcome, grade
from mingjian.casework.incident.scheme import Scheme, schemes
from mingjian.casework.incident.sensitivity import Change, one_level_higher

__all__ = [
    "Change",
    "Deadline",
    "Graded",
    "IncidentFacts",
    "IncidentRefused",
    "Outcome",
    "Scheme",
    "deadlines",
    "facts_from",
    "grade",
    "one_level_higher",
    "schemes",
]
