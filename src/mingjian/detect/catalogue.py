"""The installed detectors by name, live or unavailable. A failed import is kept and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable

from mingjian.detect.contract import ENTRY_POINT_GROUP, Detector, Unavailable
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One installed detector: the live object, or why there is none."""

    name: str
    module: str
    version: str
    accepts: frozenset[EvidenceKind]
    detector: Detector | None
    unavailable: Message | None = None

    @property
    def folder(self) -> Traversable:
        """Where the detector's card and scales lie."""
        return files(self.module.rpartition(".")[0])

    @property
    def card(self) -> Traversable:
        return self.folder / (self.module.rpartition(".")[2] + ".md")

    def scale_files(self) -> Iterator[Traversable]:
        """The scale files of the detector's folder (they name the signal they are for)."""
        try:
            found = sorted(self.folder.iterdir(), key=lambda item: item.name)
        except Exception:  # a module in no package, or a package that does not import
            return
        for item in found:
            if item.name.endswith(".scale.json"):
                yield item


def _installed(point: EntryPoint, options: Mapping[str, str]) -> Entry:
    module = point.value.partition(":")[0]
    try:
        cls = _checked(point.load())
    except (Exception, SystemExit) as error:
        reason = Message(
            f"检测器无法载入（{type(error).__name__}）；请检查其安装包 {module}",
            f"the detector could not be loaded ({type(error).__name__}); "
            f"check the installation of {module}",
        )
        return Entry(
            name=point.name,
            module=module,
            version="?",
            # What it would have examined is not known, so every examination says it is missing.
            accepts=frozenset(EvidenceKind),
            detector=None,
            unavailable=reason,
        )
    detector: Detector | None = None
    unavailable: Message | None = None
    try:
        detector = cls(options)
    except Unavailable as error:
        unavailable = error.reason
    except (Exception, SystemExit) as error:
        unavailable = Message(
            f"检测器初始化失败（{type(error).__name__}）",
            f"the detector failed to start ({type(error).__name__})",
        )
    return Entry(
        name=cls.name,
        module=module,
        version=cls.version,
        accepts=cls.accepts,
        detector=detector,
        unavailable=unavailable,
    )


def _checked(cls: type[Detector]) -> type[Detector]:
    """The class, if it has what everything else relies on; raises TypeError or AttributeError."""
    if not (
        isinstance(cls.name, str)
        and isinstance(cls.version, str)
        and all(isinstance(kind, EvidenceKind) for kind in cls.accepts)
        and all(isinstance(pair, PropositionPair) for pair in cls.propositions)
    ):
        raise TypeError
    return cls


def installed_detectors(
    options: Mapping[str, Mapping[str, str]] | None = None,
    disabled: frozenset[str] = frozenset(),
) -> tuple[Entry, ...]:
    """All detectors found through entry points, by name; `options` is keyed by detector name."""
    entries = []
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        if point.name in disabled:
            continue
        entries.append(_installed(point, (options or {}).get(point.name, {})))
    return tuple(entries)
