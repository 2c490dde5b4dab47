"""The allow-list: which importable names an ordinary saved model needs.

Everything is judged against what is *listed as plain*. A name of the standard library or of a
scientific package that is not listed is unlisted, whether or not anyone has yet found a way to
abuse it; the list of dangerous names only makes the sentence shown to the reader more exact.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any


class Standing(IntEnum):
    """How a global stands to the allow-list, from harmless to harmful."""

    PLAIN = 0
    JUDGED = 1
    """Plain or not depending on the arguments it is called with."""
    UNKNOWN = 2
    """Of a package this list knows nothing about: somebody's own class or function."""
    UNLISTED = 3
    """Of the standard library or a known scientific package, and not needed by saved data."""
    DANGEROUS = 4


@dataclass(frozen=True, slots=True)
class Ranking:
    """The standing of one global, what it reaches (``process``, ``file`` …), and its shape."""

    standing: Standing
    effect: str
    """One of execute, process, import, native, load, file, network, attribute, or empty."""
    is_class: bool
    """The last part of the name is written like a class."""
    standard: bool
    """Of the standard library."""
    made_only: bool = False
    """Plain to rebuild from its state; its constructor may open files, so not plain to call."""
    plain: bool = field(init=False)
    """Plain whatever is done with it."""

    def __post_init__(self) -> None:
        plain = self.standing is Standing.PLAIN and not self.made_only
        object.__setattr__(self, "plain", plain)


_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_DUNDER = re.compile(r"__\w+__")
_CYTHON = re.compile(r"__pyx_unpickle_\w+")
_TESTS = re.compile(r"(?:^|[._])(?:tests?|testing|conftest)(?:[._]|$)")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_CLASS = re.compile(r"_*[a-z]?[A-Z]\w*")


@dataclass(frozen=True, slots=True)
class _Package:
    """Where in a scientific package any class is plain."""

    classes: tuple[str, ...]
    """These modules and all below."""
    exact: tuple[str, ...]
    """These modules alone."""
    excepted: tuple[str, ...]
    made_only: bool

    def admits(self, module: str, anywhere: bool) -> bool:
        """Are classes of `module` plain; or, with `anywhere`, is it just not excepted?"""
        if _within(module, self.excepted) or _TESTS.search(module):
            return False
        return anywhere or module in self.exact or _within(module, self.classes)


class AllowList:
    """The data of `allow_list.json`, indexed."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.version: str = raw["version"]
        self.aliases: dict[str, str] = raw["aliases"]
        self.plain = frozenset(
            (module, name) for module, names in raw["plain"].items() for name in names.split()
        )
        self.judged = frozenset(
            (module, name) for module, names in raw["judged"].items() for name in names.split()
        )
        self.modules: dict[str, str] = {
            module: effect
            for effect, names in raw["dangerous_modules"].items()
            for module in names.split()
        }
        self.names: dict[str, str] = {
            name: effect
            for effect, names in raw["dangerous_names"].items()
            for name in names.split()
        }
        self.science: dict[str, _Package] = {
            package: _Package(
                tuple(rule["classes"]),
                tuple(rule.get("exact", ())),
                tuple(rule.get("except", ())),
                bool(rule.get("made_only")),
            )
            for package, rule in raw["science"].items()
        }
        self.standard = frozenset(sys.stdlib_module_names) | frozenset(raw["stdlib_extra"].split())
        self.verbs = frozenset(raw["verbs"].split())
        self.strong_verbs = frozenset(raw["strong_verbs"].split())
        self.source_states = {
            key: re.compile(pattern) for key, pattern in raw["source_states"].items()
        }
        """State entries that a listed class executes as source, and what ordinary ones look like
        (SciPy's distributions make their argument parsers so)."""
        self.special = frozenset(f"__{word}__" for word in raw["special"].split()) | frozenset(
            self.source_states
        )
        """Attributes that Python, NumPy or PyTorch act upon; setting one changes what runs."""

    def normal(self, module: str) -> str:
        """One name for a module that goes by several (``posix`` and ``nt`` are ``os``)."""
        module = self.aliases.get(module, module)
        head, dot, rest = module.partition(".")
        if dot and head in self.aliases and head != "numpy":
            module = f"{self.aliases[head]}.{rest}"
        if module.startswith("numpy._core"):
            module = "numpy.core" + module[11:]
        return self.aliases.get(module, module)

    def rank(self, module: str, name: str) -> Ranking:
        """Where ``module.name`` stands; never imports anything."""
        module = self.normal(module)
        parts = name.split(".")
        top = module.partition(".")[0]
        standard = top in self.standard
        is_class = bool(_CLASS.fullmatch(parts[-1]))

        def ranking(standing: Standing, effect: str = "") -> Ranking:
            return Ranking(standing, effect, is_class, standard)

        if not all(_IDENTIFIER.fullmatch(part) for part in [*module.split("."), *parts]):
            return ranking(Standing.UNLISTED)
        if (module, name) in self.judged:
            return ranking(Standing.JUDGED)
        if (module, name) in self.plain:
            return ranking(Standing.PLAIN)
        effect = self._detour(parts) or self._effect(module, name)
        if effect:
            return ranking(Standing.DANGEROUS, effect)
        if _DUNDER.fullmatch(parts[-1]) and not _CYTHON.fullmatch(parts[-1]):
            return ranking(Standing.DANGEROUS, "attribute")
        if top in self.science:
            if not self._listed(top, module, name, parts):
                return ranking(Standing.UNLISTED)
            made_only = self.science[top].made_only
            return Ranking(Standing.PLAIN, "", is_class, standard, made_only)
        return ranking(Standing.UNLISTED if standard else Standing.UNKNOWN)

    def _detour(self, parts: list[str]) -> str:
        """A dotted name that walks through another module, as ``random._os.system`` does."""
        for part in parts if len(parts) > 1 else ():
            if _DUNDER.fullmatch(part):
                return "attribute"
            bare = self.normal(part.strip("_"))
            if bare in self.modules and bare in self.standard:
                return self.modules[bare]
            if bare in ("builtins", "modules"):
                return "import"
        bare = self.normal(parts[0].strip("_"))
        if len(parts) == 1 and bare in ("os", "sys", "subprocess", "builtins", "importlib"):
            return "import"
        return ""

    def _effect(self, module: str, name: str) -> str:
        full = f"{module}.{name}"
        exact = self.names.get(full)
        if exact:
            return exact
        prefix = full
        while prefix:
            if prefix in self.modules:
                return self.modules[prefix]
            if prefix in self.names:
                return self.names[prefix]
            prefix = prefix.rpartition(".")[0]
        return ""

    def _listed(self, top: str, module: str, name: str, parts: list[str]) -> bool:
        """A class of a scientific package's listed parts, or its Cython rebuild function."""
        if not self.science[top].admits(module, cython := bool(_CYTHON.fullmatch(name))):
            return False
        return cython or all(_CLASS.fullmatch(part) for part in parts)

    def acts(self, name: str) -> bool:
        """Is a function named after an act, as ``load`` and ``run_command`` are?"""
        whole = name.lower().strip("_")
        return whole in self.verbs or not self.strong_verbs.isdisjoint(_words_of(name))

    def within_listed(self, module: str) -> bool:
        """Is `module` in the part of a scientific package whose classes are plain?"""
        module = self.normal(module)
        package = self.science.get(module.partition(".")[0])
        return package is not None and package.admits(module, False)


def _words_of(name: str) -> list[str]:
    """The words of a name in snake or camel case."""
    return _CAPITAL.sub(r"_\1", name).lower().split("_")


def _within(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


@lru_cache(maxsize=1)
def allow_list() -> AllowList:
    """The installed list, read once per process."""
    text = files(__package__).joinpath("allow_list.json").read_text("utf-8")
    return AllowList(json.loads(text))


@lru_cache(maxsize=4096)
def rank(module: str, name: str) -> Ranking:
    """`AllowList.rank`, remembered: files name the same few globals over and over."""
    return allow_list().rank(module, name)
