"""Writes docs/reference/*.md from the code itself: `.venv/bin/python docs/make_reference.py`.

Commands and options, settings, detectors, proposition pairs, kinds of evidence. What the code
cannot say (the meaning of a setting in two languages) stands below and in `reference_words.json`;
a setting without words is an error. `tests/docs/test_reference.py` fails when a page is stale.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"
MADE = "<!-- Made by docs/make_reference.py from the code; do not edit. -->"


def cell(value: object) -> str:
    """Text that stands in one table cell."""
    return str(value).replace("|", "\\|").replace("\n", " ").strip() or "—"


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table, followed by an empty line."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return [*lines, ""]


@cache
def words() -> dict[str, Any]:
    """What the code cannot say, in both languages."""
    read: dict[str, Any] = json.loads((HERE / "reference_words.json").read_text("utf-8"))
    return read


def page(name: str, title: str, lines: Sequence[str]) -> str:
    zh, en = words()["about"][name]
    return "\n".join([f"# {title}", "", MADE, "", zh, "", en, "", *lines]).rstrip() + "\n"


# ---- commands ------------------------------------------------------------------------------


def _value(parameter: Any) -> str:
    named = str(getattr(parameter.type_descriptor.annotation, "__name__", "text"))
    return {"Path": "FILE", "int": "NUMBER"}.get(named, "TEXT")


def _parameter(parameter: Any) -> dict[str, Any]:
    names = parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()]
    default = parameter.default
    plain = isinstance(default, (str, int, float)) and not isinstance(default, bool) and default
    return {
        "argument": parameter.param_type_name == "argument",
        "names": list(names),
        "value": None if getattr(parameter, "is_flag", False) else _value(parameter),
        "many": bool(getattr(parameter, "multiple", False)) or parameter.nargs == -1,
        "required": bool(parameter.required),
        "default": default if plain else None,
        "help": (getattr(parameter, "help", None) or "").strip(),
    }


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    shown = [item for item in command.params if item.name not in ("help",)]
    yield {
        "words": " ".join(words),
        "help": " ".join((command.help or "").split()),
        "group": hasattr(command, "commands"),
        "parameters": [_parameter(item) for item in shown],
    }
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*words, name))


def commands() -> list[dict[str, Any]]:
    """Every command of this process's language; help is chosen when the modules are imported."""
    import typer.main

    from mingjian.cli.main import app

    return list(_walk(typer.main.get_command(app), ("mingjian",)))


def commands_in(language: str) -> list[dict[str, Any]]:
    """Every command as a process in `language` shows it."""
    environment = {**os.environ, "MINGJIAN_LANGUAGE": language}
    shown = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), "--commands"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    listed: list[dict[str, Any]] = json.loads(shown.stdout)
    return listed


def _usage(parameter: Mapping[str, Any]) -> str:
    names = ", ".join(f"`{name}`" for name in parameter["names"])
    value = f" `{parameter['value']}`" if parameter["value"] and not parameter["argument"] else ""
    return names + value + (" …" if parameter["many"] else "")


def cli_page() -> str:
    lines: list[str] = []
    for zh, en in zip(commands_in("zh"), commands_in("en"), strict=True):
        lines += [f"## `{en['words']}`", "", zh["help"] or "—", "", en["help"] or "—", ""]
        rows = []
        for own_zh, own_en in zip(zh["parameters"], en["parameters"], strict=True):
            if own_en["required"]:
                default = "必需 / required"
            else:
                default = own_en["default"] if own_en["default"] is not None else "—"
            rows.append((_usage(own_en), own_zh["help"], own_en["help"], default))
        if rows:
            lines += table(("参数 / parameter", "中文", "English", "默认 / default"), rows)
    return page("cli.md", "命令 / Commands", lines)


# ---- settings ------------------------------------------------------------------------------


def setting_names() -> list[str]:
    """Every setting by its dotted name in `settings.toml`."""
    from mingjian.app.settings import LimitSettings, Settings

    names = [name for name in Settings.model_fields if name != "limits"]
    return names + [f"limits.{name}" for name in LimitSettings.model_fields]


def _default(name: str, own: Mapping[str, str]) -> str:
    from mingjian.app.settings import LimitSettings, Settings

    if "default" in own:
        return own["default"]
    top, _, below = name.partition(".")
    default = (LimitSettings if below else Settings).model_fields[below or top].default
    if isinstance(default, (frozenset, dict)) or default is None or str(default).startswith("Pyd"):
        return "—"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def settings_page() -> str:
    names = setting_names()
    if sorted(words()["settings"]) != sorted(names):
        odd = sorted(set(words()["settings"]) ^ set(names))
        raise SystemExit(f"reference_words.json and the settings differ: {', '.join(odd)}")
    rows = []
    for name in names:
        own = words()["settings"][name]
        variable = "MINGJIAN_" + name.upper().replace(".", "__")
        rows.append((f"`{name}`", _default(name, own), f"`{variable}`", own["zh"], own["en"]))
    headings = ("设置项 / setting", "默认 / default", "环境变量 / environment", "中文", "English")
    lines = table(headings, rows)
    lines += ["## 检测器选项 / Options of detectors", ""]
    lines += ['`[detectors."名称 / name"]`（settings.toml）', ""]
    option_rows = []
    for detector, option in detector_options():
        own = words()["detector_options"].get(f"{detector} {option}")
        if own is None:
            raise SystemExit(f"reference_words.json has no words for {detector} {option}")
        option_rows.append((f"`{detector}`", f"`{option}`", own["zh"], own["en"]))
    lines += table(("检测器 / detector", "选项 / option", "中文", "English"), option_rows)
    return page("settings.md", "设置 / Settings", lines)


# ---- detectors and propositions ------------------------------------------------------------


def own_entries() -> list[Any]:
    """The detectors this package brings; third-party ones have pages of their own."""
    from mingjian.detect.catalogue import installed_detectors

    return [entry for entry in installed_detectors() if entry.module.startswith("mingjian.")]


def detector_options() -> list[tuple[str, str]]:
    """(detector, option) for every ``options.get("…")`` in a detector's module."""
    found = []
    for entry in own_entries():
        source = Path(str(find_spec(entry.module).origin)).read_text("utf-8")  # type: ignore[union-attr]
        for option in re.findall(r"options(?:\.get\(|\[)\"([a-z_]+)\"", source):
            found.append((entry.name, option))
    return list(dict.fromkeys(found))


def _scales(entry: Any) -> list[Any]:
    from mingjian.weigh.scale import load_scales

    pairs = {pair.id for pair in entry.detector.propositions} if entry.detector else set()
    scales = load_scales(entry.scale_files(), research=True)
    return [one for name in sorted(scales) for one in scales[name] if one.proposition in pairs]


def _scale_line(scale: Any) -> str:
    withheld = "，不发表意见 / withheld" if scale.withheld else ""
    low, high = scale.bounds
    return f"`{scale.signal}`@{scale.version}（log10 LR {low:.2f} … {high:.2f}{withheld}）"


def _card_link(entry: Any) -> str:
    path = Path(str(entry.card)).relative_to(HERE.parent)
    return f"[{path.name}](../../{path})"


def detectors_page() -> str:
    from mingjian.domain.naming import KIND_NAMES

    lines: list[str] = []
    for entry in own_entries():
        kinds = [KIND_NAMES[kind] for kind in sorted(entry.accepts)]
        pairs = entry.detector.propositions if entry.detector else ()
        options = [f"`{option}`" for name, option in detector_options() if name == entry.name]
        scales = "；".join(map(_scale_line, _scales(entry)))
        if not scales:
            scales = "无，只陈述，不加权 / none: stated, not weighed"
        state = "可用 / live"
        if entry.unavailable is not None:
            state = f"不可用 / unavailable：{entry.unavailable.zh} / {entry.unavailable.en}"
        rows = [
            ("版本 / version", entry.version),
            ("状态 / state", state),
            (
                "检验对象 / examines",
                "、".join(name.zh for name in kinds) + " / " + ", ".join(n.en for n in kinds),
            ),
            ("命题 / propositions", ", ".join(f"`{pair.id}`" for pair in pairs)),
            ("标度 / scales", scales),
            ("选项 / options", ", ".join(options)),
            ("说明卡 / card", _card_link(entry)),
        ]
        lines += [f"## `{entry.name}`", "", *table(("", ""), rows)]
    return page("detectors.md", "检测器 / Detectors", lines)


def propositions_page() -> str:
    pairs: dict[str, Any] = {}
    by_pair: dict[str, list[str]] = {}
    scales: dict[str, list[str]] = {}
    for entry in own_entries():
        for pair in entry.detector.propositions if entry.detector else ():
            pairs.setdefault(pair.id, pair)
            by_pair.setdefault(pair.id, []).append(f"`{entry.name}`")
        for scale in _scales(entry):
            line = _scale_line(scale)
            if line not in scales.setdefault(scale.proposition, []):
                scales[scale.proposition].append(line)
    lines = []
    for identity in sorted(pairs):
        pair = pairs[identity]
        measured = "；".join(scales.get(identity, [])) or "无：不发表意见 / none: no opinion"
        rows = [
            ("H1", f"{pair.h1.zh}<br>{pair.h1.en}"),
            ("H2", f"{pair.h2.zh}<br>{pair.h2.en}"),
            ("检测器 / detectors", ", ".join(by_pair[identity])),
            ("实测标度 / measured scale", measured),
        ]
        lines += [f"## `{identity}`", "", *table(("", ""), rows)]
    return page("propositions.md", "命题对 / Proposition pairs", lines)


# ---- kinds ---------------------------------------------------------------------------------

_ENUMS = ("Kind", "EvidenceKind")
_NAMING = {"chat_format": "dialogue", "pickle_format": "model", "protobuf_model": "model"}
"""Functions of intake that answer with a format's name alone, and the kind of that format."""


def _kinds_and_formats(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(kind, format) for a tuple such as ``Kind.IMAGE, "png"``; either may be a choice."""
    from mingjian.domain.evidence import EvidenceKind

    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield from _kinds_and_formats(ast.Tuple([key, value]))
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
        for kind in _ends(node.elts[0]):
            if isinstance(kind, ast.Attribute) and ast.unparse(kind.value) in _ENUMS:
                for name in _strings(node.elts[1]):
                    yield EvidenceKind[kind.attr].value, name


def formats_by_kind() -> dict[str, list[str]]:
    """The format names intake gives, read out of its source."""
    found: dict[str, set[str]] = {"document": {"docx", "xlsx", "pptx"}}  # a loop names them there
    folder = Path(str(find_spec("mingjian.intake").origin)).parent  # type: ignore[union-attr]
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for kind, name in _kinds_and_formats(node):
                found.setdefault(kind, set()).add(name)
            if isinstance(node, ast.FunctionDef) and node.name in _NAMING:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        found.setdefault(_NAMING[node.name], set()).update(_strings(inner.value))
    return {kind: sorted(names) for kind, names in found.items()}


def _ends(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from _ends(node.body)
        yield from _ends(node.orelse)
    else:
        yield node


def _strings(node: ast.expr) -> Iterator[str]:
    for end in _ends(node):
        if isinstance(end, ast.Constant) and isinstance(end.value, str) and end.value:
            yield end.value


def kinds_page() -> str:
    from mingjian.domain.evidence import STATED_KINDS
    from mingjian.domain.naming import KIND_NAMES, STATE_NAMES, STEP_NAMES

    formats = formats_by_kind()
    rows = []
    for kind, name in KIND_NAMES.items():
        declared = "是 / yes" if kind in STATED_KINDS else ""
        listed = ", ".join(formats.get(str(kind), ()))
        rows.append((f"`{kind}`", name.zh, name.en, listed, declared))
    headings = ("`kind`", "中文", "English", "格式 / `format`", "`--as`")
    lines = ["## 证据材料类别 / Kinds of evidence", "", *table(headings, rows)]
    lines += ["## 派生步骤 / Derivation steps", ""]
    steps = [(f"`{key}`", name.zh, name.en) for key, name in STEP_NAMES.items()]
    lines += table(("`step`", "中文", "English"), steps)
    lines += ["## 检验状态 / States of an examination", ""]
    states = [(f"`{key}`", name.zh, name.en) for key, name in STATE_NAMES.items()]
    lines += table(("`state`", "中文", "English"), states)
    return page("kinds.md", "类别与步骤 / Kinds and steps", lines)


def pages() -> dict[str, str]:
    """File name -> text, as the code has it now."""
    return {
        "cli.md": cli_page(),
        "settings.md": settings_page(),
        "detectors.md": detectors_page(),
        "propositions.md": propositions_page(),
        "kinds.md": kinds_page(),
    }


def main() -> None:
    if "--commands" in sys.argv:
        json.dump(commands(), sys.stdout)
        return
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
