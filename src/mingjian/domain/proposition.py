"""Proposition pairs: what is weighed against what, stated before weighing.

A proposition is about content or an artefact, never about a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.domain.message import Message


@dataclass(frozen=True, slots=True)
class PropositionPair:
    """H1 against H2 under a stable dotted id, such as ``model.malicious``."""

    id: str
    h1: Message
    h2: Message
