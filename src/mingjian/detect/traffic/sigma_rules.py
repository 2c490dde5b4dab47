"""Detector `traffic.sigma`: which of the examiner's Sigma rules a web log meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.traffic.lines import Reader, lines_of
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Lines
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MOST_RULES = 200
"""Rules reported for one log."""
MOST_PLACES = 50
_NO_RULES = Message(
    "未设置 Sigma 规则；在设置中为 traffic.sigma 指定 rules（规则文件夹的路径）即可启用",
    "no Sigma rules are set; give traffic.sigma the option rules, the path of a folder",
)


class SigmaRules:
    """Holds every line against every rule; states facts, weighs nothing."""

    name: ClassVar[str] = "traffic.sigma"
    version: ClassVar[str] = "3"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.WEB_LOG})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        """`rules` names a folder; raises `Unavailable` where it cannot be read."""
        self._folder = Path(options["rules"]) if options.get("rules") else None
        if self._folder is None:
            return
        if not self._folder.is_dir():
            raise Unavailable(
                Message(
                    "traffic.sigma 的 rules 不是文件夹；请检查设置",
                    "the option rules of traffic.sigma is not a folder; check the settings",
                )
            )
        try:
            from mingjian.detect.traffic.sigma_match import read_rules

            self._rules, self._unusable = read_rules(self._folder)
        except ImportError as error:
            raise Unavailable(
                Message(
                    "缺少 pySigma 或 re2；请重新安装明鉴",
                    "pySigma or re2 is missing; install Mingjian again",
                )
            ) from error

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One fact for each rule that matched, and one for rules that could not be used."""
        if self._folder is None:
            raise NotApplicable(_NO_RULES)
        from mingjian.detect.traffic.sigma_match import fields_of

        found: dict[int, list[int]] = {}
        reader = Reader()
        for number, line in enumerate(lines_of(evidence), 1):
            if not line.strip() or (request := reader.read(line)) is None:
                continue
            # Parsed anew, in 3 % of the time traffic.attack takes: sharing lines between detectors
            # would keep a whole log, parsed, in memory.
            fields = fields_of(request, line)
            for index, rule in enumerate(self._rules):
                if rule.matches(fields):
                    found.setdefault(index, []).append(number)
        for index, numbers in sorted(found.items(), key=lambda item: -len(item[1]))[:MOST_RULES]:
            rule = self._rules[index]
            yield Finding(
                signal="traffic.sigma_rule",
                because=Message(
                    f"{len(numbers)} 行符合 Sigma 规则“{rule.title}”（级别 {rule.level}，"
                    f"文件 {rule.file}）。规则由检验人员提供，其误报率未经测定，不计权重。",
                    f"{len(numbers)} lines meet the Sigma rule “{rule.title}” (level {rule.level}, "
                    f"file {rule.file}). The rule is the examiner's own; its error rate was not "
                    "measured, so it carries no weight.",
                ),
                where=tuple(Lines(number, number) for number in numbers[:MOST_PLACES]),
                details={"rule": rule.id, "tags": list(rule.tags), "lines": len(numbers)},
            )
        if self._unusable or not self._rules:
            yield self._gaps()

    def _gaps(self) -> Finding:
        names = "; ".join(f"{name} ({why})" for name, why in list(self._unusable.items())[:10])
        return Finding(
            signal="traffic.sigma_unused",
            quiet=True,
            because=Message(
                f"可用的 Sigma 规则 {len(self._rules)} 条；无法使用的文件 {len(self._unusable)} 个"
                f"{'：' + names if names else ''}。",
                f"{len(self._rules)} Sigma rules are usable; {len(self._unusable)} files are not"
                f"{': ' + names if names else ''}.",
            ),
            details={"usable": len(self._rules), "unusable": dict(self._unusable)},
        )
