"""What this installation is set to and able to do (`mingjian doctor`, `mingjian detectors`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from mingjian.app.errors import UsageError
from mingjian.app.pipeline import Workbench, workbench
from mingjian.app.settings import Settings, source_of
from mingjian.detect.catalogue import Entry
from mingjian.detect.contract import ENTRY_POINT_GROUP
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.weigh.scale import load_scales


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRow:
    """One installed detector as the doctor shows it."""

    name: str
    version: str
    live: bool
    accepts: tuple[str, ...]
    propositions: tuple[str, ...]
    scales: tuple[str, ...]
    note: Message | None

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "version": self.version,
            "state": "live" if self.live else "unavailable",
            "accepts": list(self.accepts),
            "propositions": list(self.propositions),
            "scales": list(self.scales),
            "note": self.note.as_json() if self.note else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Settings with their sources, detectors with their state, and what to know besides."""

    settings: tuple[tuple[str, str, str], ...]
    detectors: tuple[DetectorRow, ...]
    remarks: tuple[Message, ...]

    def as_json(self) -> Json:
        return {
            "settings": [
                {"name": name, "value": value, "source": source}
                for name, value, source in self.settings
            ],
            "detectors": [row.as_json() for row in self.detectors],
            "remarks": [remark.as_json() for remark in self.remarks],
        }


def _row(entry: Entry, bench: Workbench) -> DetectorRow:
    pairs = entry.detector.propositions if entry.detector else ()
    own = load_scales(entry.scale_files(), research=True)
    scales = tuple(
        f"{signal}@{scale.version}"
        for signal, of_signal in sorted(own.items())
        for scale in of_signal
        if scale.proposition in {pair.id for pair in pairs}
    )
    note = entry.unavailable
    if note is None and pairs and not scales:
        note = Message("未加权：没有实测标度", "unweighed: no measured scale")
    if note is None and any(
        scale.research and scale.proposition in {pair.id for pair in pairs}
        for found in own.values()
        for scale in found
    ):
        note = Message(
            "研究权重：部分训练数据许可为非商业或未说明（research_weights 可关闭）",
            "research weights: some rows are non-commercial or without a stated licence "
            "(turn off with research_weights)",
        )
    return DetectorRow(
        name=entry.name,
        version=entry.version,
        live=entry.detector is not None,
        accepts=tuple(sorted(kind.value for kind in entry.accepts)),
        propositions=tuple(pair.id for pair in pairs),
        scales=scales,
        note=note,
    )


def detector_rows(bench: Workbench) -> tuple[DetectorRow, ...]:
    """Every installed detector, live or unavailable."""
    return tuple(_row(entry, bench) for entry in bench.entries)


def bound_rows(bench: Workbench) -> list[Json]:
    """What a run binds of every installed detector: live or why not, and the scales' digests."""
    scales = _scale_digests(bench)
    return [{**row.as_json(), "scales": scales[row.name]} for row in detector_rows(bench)]


def _scale_digests(bench: Workbench) -> dict[str, list[Json]]:
    """signal, version and digest of each detector's scales."""
    found: dict[str, list[Json]] = {}
    for entry in bench.entries:
        pairs = {pair.id for pair in entry.detector.propositions} if entry.detector else set()
        found[entry.name] = [
            {"signal": scale.signal, "version": scale.version, "sha256": scale.digest}
            for of_signal in bench.scales.values()
            for scale in of_signal
            if scale.proposition in pairs
            and scale.signal.partition(".")[0] == entry.name.partition(".")[0]
        ]
    return found


def settings_rows(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Every setting: name, value, where it comes from."""
    for name, value in settings:
        text = str(value.model_dump()) if hasattr(value, "model_dump") else str(value)
        if name == "database":
            # A URL may hold a password; say where, not how.
            text = settings.database_url.rpartition("@")[2]
        yield name, text, source_of(name)


def inspect_installation(settings: Settings) -> Installation:
    """Everything `mingjian doctor` shows."""
    bench = workbench(settings.examination_options())
    remarks = [
        Message(
            "明鉴离线运行，不建立任何网络连接。",
            "Mingjian runs offline and opens no network connection.",
        )
    ]
    remarks.append(_confinement(settings))
    installed = {point.name for point in entry_points(group=ENTRY_POINT_GROUP)}
    if unknown := settings.disabled_detectors - installed:
        listed = ", ".join(sorted(unknown))
        remarks.append(
            Message(
                f"设置要停用的检测器并不存在：{listed}；请核对名称（mingjian detectors）",
                f"the settings turn off detectors that do not exist: {listed}; check the names "
                "(mingjian detectors)",
            )
        )
    if settings.disabled_detectors:
        names = ", ".join(sorted(settings.disabled_detectors))
        remarks.append(Message(f"已按设置停用：{names}", f"turned off by the settings: {names}"))
    return Installation(
        settings=tuple(settings_rows(settings)),
        detectors=detector_rows(bench),
        remarks=tuple(remarks),
    )


def _confinement(settings: Settings) -> Message:
    """Which measures hold the examining process on this system."""
    from mingjian.app.child import child
    from mingjian.run.sandbox import SandboxBroken

    try:
        with child("mingjian.app.inspection:nothing", settings) as box:
            list(box.run([{}]))
            held = box.held
    except (SandboxBroken, OSError):
        return Message("检验进程无法启动！", "The examining process cannot be started!")
    lost = ", ".join(sorted(name for name, holds in held.items() if not holds))
    if not lost:
        return Message(
            "检验进程受全部限制约束（内存、时间、文件、网络）。",
            "The examining process is held by every limit (memory, time, files, network).",
        )
    return Message(
        f"本系统不支持对检验进程的部分限制：{lost}",
        f"this system does not support some limits on the examining process: {lost}",
    )


def nothing(request: Mapping[str, object], step: Callable[[str], None]) -> Json:
    """Asked of a child only to see it start."""
    return {}


def card_of(settings: Settings, name: str) -> str:
    """The text of a detector's card."""
    bench = workbench(settings.examination_options())
    for entry in bench.entries:
        if entry.name == name:
            return entry.card.read_text("utf-8")
    known = ", ".join(entry.name for entry in bench.entries)
    raise UsageError(
        Message(f"没有名为 {name} 的检测器", f"no detector is called {name}"),
        Message(f"已安装：{known}", f"installed: {known}"),
    )
