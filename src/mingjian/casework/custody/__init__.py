"""Custody 保管链: the append-only, hash-chained, signed record of what was done to evidence."""

from mingjian.casework.custody.entry import Action, Draft, Entry, Head, canonical, digest
from mingjian.casework.custody.export import ExportCheck, verify_export, write_export
from mingjian.casework.custody.key import CustodyKey, KeyProblem, load_key
from mingjian.casework.custody.verify import Problem, verify_entries

__all__ = [
    "Action",
    "CustodyKey",
    "Draft",
    "Entry",
    "ExportCheck",
    "Head",
    "KeyProblem",
    "Problem",
    "canonical",
    "digest",
    "load_key",
    "verify_entries",
    "verify_export",
    "write_export",
]
