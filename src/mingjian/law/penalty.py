"""Penalties as data, and the words made from them in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Protocol

from mingjian.domain.message import Message

Range = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What a band allows. Years, days, CNY or EUR; None in a range means no such end."""

    prison_years: Range | None = None
    life: bool = False
    short_detention: bool = False
    """Criminal detention (拘役), one to six months."""
    control: bool = False
    """Control without imprisonment (管制)."""
    rights: bool = False
    """Deprivation of political rights alone."""
    fine: str | None = None
    """Criminal fine: `and` (always), `and_or` (with or instead), `may` (may be added)."""
    confiscation: bool = False
    """Confiscation of property instead of the fine."""
    detention_days: Range | None = None
    """Administrative detention."""
    fine_cny: Range | None = None
    fine_choice: str = "may"
    """Administrative fine beside detention: `may` be added, `or` instead, `and` always."""
    gain_times: Range | None = None
    """Fine as a multiple of the unlawful gain."""
    turnover_percent: float | None = None
    fine_eur: Range | None = None
    responsible_cny: Range | None = None
    """Fine on the persons directly responsible in an organisation."""
    forfeit: bool = False
    """The unlawful gain is taken."""
    order: bool = False
    """An order to correct, and a warning."""
    suspend: bool = False
    """Business may be suspended, or the licence withdrawn."""
    civil: bool = False
    """Civil liability: to stop, to restore, to apologise, to pay damages."""

    @property
    def gravest_years(self) -> float:
        """The upper end in years, for ordering; life counts as 25."""
        if self.life:
            return 25.0
        if self.prison_years is None:
            return 0.5 if self.short_detention or self.control else 0.0
        return self.prison_years[1] or 15.0

    def as_json(self) -> dict[str, object]:
        blank = Penalty()
        return {
            item.name: list(value) if isinstance(value, tuple) else value
            for item in fields(self)
            if (value := getattr(self, item.name)) != getattr(blank, item.name)
        }

    def words(self) -> Message:
        zh: list[str] = []
        en: list[str] = []

        def say(chinese: str, english: str) -> None:
            zh.append(chinese)
            en.append(english)

        self._criminal(say)
        self._administrative(say)
        if not zh:
            return Message("未规定单独的处罚", "no penalty of its own")
        return Message("，".join(zh), "; ".join(en))

    def _criminal(self, say: _Say) -> None:
        if self.prison_years is not None:
            years = self.prison_years
            say(f"有期徒刑{_span(years, '年')}", f"prison {_span_en(years, 'years')}")
        if self.life:
            say("或无期徒刑", "or life imprisonment")
        others = [
            pair
            for there, pair in (
                (self.short_detention, ("拘役", "criminal detention (1 to 6 months)")),
                (self.control, ("管制", "control")),
                (self.rights, ("剥夺政治权利", "deprivation of political rights")),
            )
            if there
        ]
        if others:
            either = "或" if self.prison_years is not None else ""
            say(
                either + "、".join(zh for zh, _ in others),
                ("or " if either else "") + ", ".join(en for _, en in others),
            )
        if self.fine is not None:
            say(*_FINES[self.fine])
        if self.confiscation:
            say("或没收财产", "or confiscation of property")

    def _administrative(self, say: _Say) -> None:
        if self.order:
            say("责令改正、警告", "order to correct and warning")
        if self.forfeit:
            say("没收违法所得", "unlawful gain taken")
        if self.detention_days is not None:
            days = self.detention_days
            say(
                f"行政拘留{_span(days, '日')}", f"administrative detention {_span_en(days, 'days')}"
            )
        if self.fine_cny is not None:
            lead, lead_en = _CHOICES[self.fine_choice] if self.detention_days else ("", "")
            say(
                f"{lead}罚款{_span(self.fine_cny, '元')}",
                f"{lead_en}fine {_span_en(self.fine_cny, 'CNY')}",
            )
        if self.gain_times is not None:
            say(
                f"违法所得{_span(self.gain_times, '倍')}罚款",
                f"fine of {_span_en(self.gain_times, 'times the gain')}",
            )
        if self.fine_eur is not None:
            say(
                f"行政罚款{_span(self.fine_eur, '欧元')}",
                f"administrative fine {_span_en(self.fine_eur, 'EUR')}",
            )
        if self.turnover_percent is not None:
            share = f"{self.turnover_percent:g} %"
            say(f"或上一年度营业额 {share} 以下", f"or up to {share} of last year's turnover")
        if self.responsible_cny is not None:
            say(
                f"直接责任人员罚款{_span(self.responsible_cny, '元')}",
                f"persons responsible: fine {_span_en(self.responsible_cny, 'CNY')}",
            )
        if self.suspend:
            say("可停业、吊销许可", "suspension or loss of licence possible")
        if self.civil:
            say("民事责任", "civil liability")


class _Say(Protocol):
    """The type of the callback that adds one phrase in both languages."""

    def __call__(self, chinese: str, english: str) -> None: ...


_FINES = {
    "and": ("并处罚金", "and a fine"),
    "and_or": ("并处或单处罚金", "and/or a fine"),
    "may": ("可并处罚金", "a fine may be added"),
}
_CHOICES = {"may": ("可并处", "may add "), "or": ("或", "or "), "and": ("并处", "and ")}


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def _span(span: Range, unit: str) -> str:
    low, high = span
    if low is None:
        return f" {_number(high or 0)} {unit}以下"
    if high is None:
        return f" {_number(low)} {unit}以上"
    return f" {_number(low)}–{_number(high)} {unit}"


def _span_en(span: Range, unit: str) -> str:
    low, high = span
    if low is None:
        return f"up to {_number(high or 0)} {unit}"
    if high is None:
        return f"{_number(low)} {unit} or more"
    return f"{_number(low)}–{_number(high)} {unit}"


def penalty_from(value: Mapping[str, object]) -> Penalty:
    """A penalty from its JSON form; an unknown field raises TypeError."""
    made: dict[str, object] = {}
    for name, item in value.items():
        made[name] = (item[0], item[1]) if isinstance(item, list) else item
    return Penalty(**made)  # type: ignore[arg-type]
