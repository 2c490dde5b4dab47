"""Law use cases: official texts kept by version in the home folder, suggestions from facts."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mingjian.app.errors import BrokenError, UsageError
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.law.audit import problems, unverified, without_text
from mingjian.law.duties import ROLES, duties
from mingjian.law.entry import Article, Version
from mingjian.law.facts import FactsRefused, facts_from
from mingjian.law.library import library
from mingjian.law.look import changes, search
from mingjian.law.match import Suggestions, match
from mingjian.law.official import (
    FILE_BYTES,
    FILES,
    OfficialText,
    TextChange,
    TextRefused,
    compare,
    parse_official,
)


def _folder(settings: Settings) -> Path:
    return settings.home / "law"


def _index(settings: Settings) -> dict[str, list[dict[str, str]]]:
    """Imported versions by text id, oldest first."""
    path = _folder(settings) / "index.json"
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
        return {
            name: [{key: str(item[key]) for key in ("digest", "at")} for item in listed]
            for name, listed in value.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BrokenError(
            Message(f"官方文本目录 {path} 已损坏", f"the index {path} is damaged"),
            Message("请移走该文件后重新导入", "move it away and import again"),
        ) from None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)


def _kept(settings: Settings, name: str, digest: str) -> OfficialText:
    path = _folder(settings) / name / f"{digest}.json"
    try:
        text = parse_official(path.read_bytes())
    except (OSError, TextRefused):
        text = None
    if text is None or text.digest != digest:
        raise BrokenError(
            Message(
                f"官方文本 {name} 的存档缺失或被改动：{path}",
                f"the kept official text {name} is missing or was altered: {path}",
            ),
            Message("请重新导入", "import it again"),
        )
    return text


def texts(settings: Settings) -> dict[str, OfficialText]:
    """The newest imported version of every official text."""
    return {
        name: _kept(settings, name, listed[-1]["digest"])
        for name, listed in _index(settings).items()
        if listed
    }


def _read_folder(folder: Path) -> tuple[list[tuple[Path, bytes, OfficialText]], list[Json]]:
    if not folder.is_dir():
        raise UsageError(Message(f"没有这个文件夹：{folder}", f"no such folder: {folder}"))
    paths = sorted(path for path in folder.glob("*.json") if path.is_file())
    if not paths:
        raise UsageError(
            Message(f"{folder} 中没有 .json 文件", f"there are no .json files in {folder}")
        )
    if len(paths) > FILES:
        raise UsageError(Message(f"文件多于 {FILES} 个", f"more than {FILES} files"))
    read: list[tuple[Path, bytes, OfficialText]] = []
    refused: list[Json] = []
    for path in paths:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
        try:
            read.append((path, data, parse_official(data)))
        except TextRefused as reason:
            refused.append({"file": path.name, "why": reason.why.as_json()})
    return read, refused


def _touched(change: TextChange) -> Json:
    """A change of an official text, with the entries and conducts to look at again."""
    shelf = library()
    numbers = {*change.added, *change.removed, *change.changed}
    entries = [
        article
        for statute in shelf.statutes.values()
        if statute.official == change.id
        for article in statute.articles.values()
        if article.official_no in numbers
    ]
    conducts = {item.id for entry in entries for item in shelf.conducts_of(entry.ref)}
    return {
        "id": change.id,
        "added": list(change.added),
        "removed": list(change.removed),
        "changed": list(change.changed),
        "entries": [entry.ref for entry in entries],
        "conducts": sorted(conducts),
    }


def import_texts(folder: Path, settings: Settings) -> Json:
    """Keep every text of `folder` under its digest; what was imported before stays."""
    read, refused = _read_folder(folder)
    index = _index(settings)
    news = []
    for _, data, text in read:
        listed = index.setdefault(text.id, [])
        if listed and listed[-1]["digest"] == text.digest:
            news.append({"id": text.id, "state": "same", "articles": len(text.articles)})
            continue
        old = _kept(settings, text.id, listed[-1]["digest"]) if listed else None
        _write(_folder(settings) / text.id / f"{text.digest}.json", data)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        listed.append({"digest": text.digest, "at": at})
        state = {"id": text.id, "state": "updated" if old else "new"}
        change = _touched(compare(old, text)) if old else {}
        news.append({**change, **state, "articles": len(text.articles)})
    _write(_folder(settings) / "index.json", json.dumps(index, indent=1).encode())
    return {"texts": news, "refused": refused}


def diff_folder(folder: Path, settings: Settings) -> Json:
    """What importing `folder` would change, and what to look at again; nothing is kept."""
    read, refused = _read_folder(folder)
    known = texts(settings)
    found = [compare(known.get(text.id), text) for _, _, text in read]
    return {"texts": [_touched(change) for change in found if change], "refused": refused}


def _version_json(found: tuple[Article, Version] | None) -> Json | None:
    if found is None:
        return None
    article, version = found
    return {
        "ref": article.ref,
        "citation": library().citation(article.ref).as_json(),
        "name": article.name.as_json(),
        "branch": article.branch,
        "roles": list(article.roles),
        "only_if_no_crime": article.only_if_no_crime,
        "in_force": [version.start.isoformat(), str(version.until) if version.until else None],
        "elements": version.elements.as_json(),
        "note": version.note.as_json() if version.note else None,
        "bands": [
            {
                "label": band.label.as_json(),
                "penalty": band.penalty.as_json(),
                "penalty_words": band.penalty.words().as_json(),
                "thresholds": [
                    {
                        "at": dict(item.at),
                        "to": dict(item.to),
                        "rule": item.rule,
                        "need": item.need,
                        "if": list(item.given),
                        "unless": list(item.unless),
                        "source": item.source,
                        "verified": item.checked == "text",
                    }
                    for item in band.thresholds
                ],
            }
            for band in version.bands
        ],
        "verified": version.verified,
        "dates_verified": version.dates_checked == "text",
        "checked": version.checked,
        "source": version.source,
    }


def show(ref: str, day: date | None, settings: Settings) -> list[Json]:
    """An entry (or the entries of its paragraphs) as of `day`, the official text beside it."""
    shelf = library()
    articles = shelf.articles(ref)
    if not articles:
        raise UsageError(
            Message(f"没有这一条：{ref[:80]}", f"no such entry: {ref[:80]}"),
            Message(
                "写法如 criminal-law/266；用 mingjian law search 查找",
                "written like criminal-law/266; look with mingjian law search",
            ),
        )
    known = texts(settings)
    shown: list[Json] = []
    for article in articles:
        found = shelf.in_force(article.ref, day or date.today())
        statute = shelf.statutes[found[0].statute if found else article.statute]
        number = (found[0] if found else article).official_no
        text = known.get(statute.official or "")
        wording = text.article(number) if text else None
        shown.append(
            {
                "asked": article.ref,
                "entry": _version_json(found),
                "official": {
                    "text": wording,
                    "title": text.title,
                    "digest": text.digest,
                    "note": text.note,
                }
                if text and wording
                else None,
                "versions": [
                    [item.start.isoformat(), str(item.until) if item.until else None]
                    for item in article.versions
                ],
                "replaces": list(article.replaces),
                "replaced_by": [item.ref for item in shelf.successors(article.ref)],
            }
        )
    return shown


def find(words: str, settings: Settings, limit: int = 50) -> list[Json]:
    """At most `limit` places that hold all of `words`."""
    hits: list[Json] = []
    for hit in search(words, library(), texts(settings)):
        hits.append({"ref": hit.ref, "kind": hit.kind, "text": hit.text})
        if len(hits) == limit:
            break
    return hits


def suggest(facts: Any) -> Suggestions:
    """Suggestions for facts in their JSON form (`mingjian.law.facts.facts_from`)."""
    try:
        return match(facts_from(facts, library()))
    except FactsRefused as refused:
        raise UsageError(
            refused.why,
            Message(
                "用 mingjian law words 列出行为、计数与情节",
                "mingjian law words lists conducts, counts and circumstances",
            ),
        ) from None


def between(start: date, end: date) -> list[Json]:
    """What is not the same on two days, with the conducts it touches."""
    return [
        {
            "before": _version_json(change.before),
            "after": _version_json(change.after),
            "conducts": list(change.conducts),
        }
        for change in changes(library(), start, end)
    ]


def chain(day: date, jurisdictions: tuple[str, ...]) -> list[Json]:
    """The duties in force on `day`, role by role: what each may be asked about."""
    shelf = library()
    return [
        {
            "role": duty.role,
            "role_words": ROLES[duty.role].as_json(),
            "ref": duty.article.ref,
            "citation": shelf.citation(duty.article.ref).as_json(),
            "name": duty.article.name.as_json(),
            "elements": duty.version.elements.as_json(),
            "verified": duty.version.verified,
        }
        for duty in duties(shelf, day, jurisdictions)
    ]


def extent(settings: Settings) -> Json:
    """How many articles and official texts there are, and entries 待核验."""
    shelf = library()
    return {
        "articles": sum(1 for _ in shelf.all_articles()),
        "official_texts": len(texts(settings)),
        "unverified": sum(1 for _ in unverified(shelf)),
    }


def check(settings: Settings) -> Json:
    """Problems in the data, entries without an imported text, and all that is 待核验."""
    shelf = library()
    known = texts(settings)
    lacking = list(without_text(shelf, known)) if known else []

    def told(items: Sequence[Any]) -> list[Json]:
        return [{"where": item.where, "what": item.what.as_json()} for item in items]

    return {
        "statutes": len(shelf.statutes),
        "articles": sum(1 for _ in shelf.all_articles()),
        "conducts": len(shelf.conducts),
        "official_texts": len(known),
        "problems": told(list(problems(shelf))),
        "without_text": told(lacking),
        "unverified": [
            {"ref": item.ref, "what": item.what.as_json(), "how": item.how}
            for item in unverified(shelf)
        ],
    }


def words() -> Json:
    """The names a facts file may use: conducts, counts, circumstances."""
    shelf = library()
    return {
        "conducts": {
            item.id: {
                **item.name.as_json(),
                "category": shelf.categories[str(item.category)].as_json(),
                "type": shelf.types[item.type].as_json(),
            }
            for item in shelf.conducts.values()
        },
        "counts": {name: item.as_json() for name, item in shelf.counts.items()},
        "circumstances": {name: item.as_json() for name, item in shelf.circumstances.items()},
    }
