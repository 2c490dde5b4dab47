"""A case's custody chain as one file that is checked with nothing but this module.

JSON Lines, each line canonical to the byte:
  1. header: format, case, public keys, when and by whom it was written;
  2. the entries, oldest first;
  3. footer: number of entries, hash of the last one, SHA-256 of the header line, and the
     exporter's signature over these three, so that a cut, altered or added line shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from mingjian.casework.custody.entry import (
    Entry,
    Head,
    Json,
    NotAnEntry,
    Signer,
    canonical,
    now,
)
from mingjian.casework.custody.key import PublicKeys, key_id, signature_holds
from mingjian.casework.custody.verify import ChainCheck, Problem
from mingjian.domain.message import Message

FORMAT = "mingjian-custody"
VERSION = 1
LINE_LIMIT = 64 << 20
"""Most bytes read as one line; no entry comes near it."""


def write_export(
    path: Path, case: str, entries: Iterable[Entry], keys: PublicKeys, signer: Signer
) -> Head:
    """Write the chain to `path`; the head it ends at."""
    header = canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "case": case,
            "keys": {name: public.hex() for name, public in keys.items()},
            "written": now(),
        }
    )
    head = Head.of_new(case)
    with path.open("wb") as out:
        out.write(header + b"\n")
        for entry in entries:
            out.write(entry.line() + b"\n")
            head = Head(entry.seq, entry.hash)
        footer = _footer(header, head, signer.id)
        signature = signer.sign(sha256(canonical(footer)).digest()).hex()
        out.write(canonical({**footer, "signature": signature}) + b"\n")
    return head


def _footer(header: bytes, head: Head, key: str) -> Json:
    return {
        "count": head.seq,
        "head": head.hash,
        "header_sha256": sha256(header).hexdigest(),
        "key": key,
    }


@dataclass(slots=True)
class ExportCheck:
    """What checking an exported file found."""

    case: str | None = None
    entries: int = 0
    head: str | None = None
    keys: tuple[str, ...] = ()
    """Ids of the keys that signed entries: compare them with what the examiner states."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.problems


def verify_export(
    path: Path,
    expected_keys: frozenset[str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ExportCheck:
    """Check an exported file with no store; every problem names its line and entry.

    With `expected_keys` (key ids learned by another way), a file that somebody signed anew
    with a key of their own is found out; without, the file only vouches for itself.
    `progress` is called with the number of entries read, now and then.
    """
    result = ExportCheck()
    with path.open("rb") as lines:
        numbered = _lines(lines)
        header = next(numbered, (1, b"", True))[1]
        keys = _read_header(header, result)
        if keys is None:
            return result
        chain = ChainCheck(result.case or "", keys)
        held: tuple[int, bytes, bool] | None = None
        for item in numbered:
            if held is not None:
                _check_line(held, chain, result)
                if progress and result.entries % 1000 == 0:
                    progress(result.entries)
            held = item
        _check_footer(held, header, chain, result)
    result.head = chain.head.hash
    result.keys = tuple(sorted(chain.used))
    for key in result.keys:
        if expected_keys is not None and key not in expected_keys:
            _report(
                result,
                f"key {key}",
                f"有条目由密钥 {key} 签名，而该密钥不在预期之列。",
                f"Entries are signed by key {key}, which is not one of those expected.",
            )
    return result


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Line number, bytes without line end, and whether there was a line end."""
    number = 1
    while line := file.readline(LINE_LIMIT):
        ended = line.endswith(b"\n")
        yield number, line[:-1] if ended else line, ended
        number += 1


def _report(result: ExportCheck, where: str, zh: str, en: str) -> None:
    result.problems.append(Problem(where, Message(zh, en)))


def _canonical_object(line: bytes) -> Json | None:
    try:
        value = json.loads(line)
        if isinstance(value, dict) and canonical(value) == line:
            return value
    except (ValueError, RecursionError):
        pass
    return None


def _read_header(line: bytes, result: ExportCheck) -> PublicKeys | None:
    header = _canonical_object(line) or {}
    listed, case = header.get("keys"), header.get("case")
    if (
        header.get("format") != FORMAT
        or header.get("version") != VERSION
        or not isinstance(listed, dict)
        or not isinstance(case, str)
    ):
        _report(
            result,
            "line 1",
            "首行不是保管链导出文件的文件头，或已被改动；无法核验其后内容。",
            "The first line is not the header of a custody export, or was altered; "
            "what follows cannot be checked.",
        )
        return None
    result.case = case
    keys: dict[str, bytes] = {}
    for name, value in listed.items():
        try:
            public = bytes.fromhex(value)
        except (TypeError, ValueError):
            public = b""
        if key_id(public) != name:
            _report(
                result,
                "line 1",
                f"文件头中的公钥 {name} 已被改动。",
                f"The public key {name} in the header was altered.",
            )
        else:
            keys[name] = public
    return keys


def _check_line(item: tuple[int, bytes, bool], chain: ChainCheck, result: ExportCheck) -> None:
    number, line, _ = item
    expected = chain.head.seq + 1
    where = f"line {number}, entry {expected}"
    try:
        entry = Entry.parse(line)
    except NotAnEntry as error:
        _report(
            result,
            where,
            "该行不是规范格式的条目：已被改动、插入或截断。",
            f"This line is not an entry in canonical form ({error}): "
            "it was altered, added or cut short.",
        )
        chain.unread()
        return
    result.problems += chain.check(entry, f"line {number}, entry {entry.seq}")
    result.entries += 1


def _check_footer(
    item: tuple[int, bytes, bool] | None, header: bytes, chain: ChainCheck, result: ExportCheck
) -> None:
    number, line, ended = item or (2, b"", True)
    where = f"line {number}"
    footer = _canonical_object(line)
    if footer is None or set(footer) != {"count", "head", "header_sha256", "key", "signature"}:
        if _is_entry(line):
            _check_line((number, line, ended), chain, result)
        _report(
            result,
            where,
            f"文件在第 {chain.head.seq} 条之后中断：缺少末行，或末行已被改动。",
            f"The file breaks off after entry {chain.head.seq}: "
            "its last line is missing or was altered.",
        )
        return
    if not ended:
        _report(
            result,
            where,
            "文件末尾的换行符缺失。",
            "The line end at the end of the file is missing.",
        )
    if footer["header_sha256"] != sha256(header).hexdigest():
        _report(
            result,
            "line 1",
            "文件头与末行所载散列值不符：文件头已被改动。",
            "The header does not match the hash in the last line: the header was altered.",
        )
    if (footer["count"], footer["head"]) != (chain.head.seq, chain.head.hash):
        _report(
            result,
            where,
            f"末行载明共 {footer['count']} 条，实际止于第 {chain.head.seq} 条或末条不符："
            "末尾的条目被删除、添加或改动。",
            f"The last line states {footer['count']} entries; the file ends at entry "
            f"{chain.head.seq} or with another last entry: "
            "entries at the end were removed, added or altered.",
        )
    unsigned = {name: footer[name] for name in footer if name != "signature"}
    public = chain.keys.get(str(footer["key"]))
    hashed = sha256(canonical(unsigned)).digest()
    if public is None or not signature_holds(public, str(footer["signature"]), hashed):
        _report(
            result,
            where,
            "末行的签名无效：末行已被改动，或由另一密钥签名。",
            "The signature of the last line is not valid: "
            "the line was altered, or signed by another key.",
        )


def _is_entry(line: bytes) -> bool:
    try:
        Entry.parse(line)
    except NotAnEntry:
        return False
    return True
