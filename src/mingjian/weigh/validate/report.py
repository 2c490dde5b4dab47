"""The validation report: one self-contained page in zh-CN or English, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from mingjian.domain.message import Language, Message
from mingjian.domain.proposition import PropositionPair
from mingjian.weigh.validate.metrics import Metrics
from mingjian.weigh.validate.plots import ece_plot, histogram, pav_plot, tippett_plot
from mingjian.weigh.validate.run import Outcome, Validation

MOST_PLOTTED = 24
"""Sources that get plots of their own; the table lists them all."""

Columns = tuple[tuple[str, Message, bool], ...]
"""Field, heading, and whether it is a share shown in per cent."""

_COLUMNS: Columns = (
    ("n_h1", Message("H1 样本数", "n (H1)"), False),
    ("n_h2", Message("H2 样本数", "n (H2)"), False),
    ("no_opinion", Message("不发表意见", "no opinion"), False),
    ("cllr", Message("Cllr", "Cllr"), False),
    ("cllr_min", Message("Cllr_min", "Cllr_min"), False),
    ("cllr_cal", Message("Cllr_cal", "Cllr_cal"), False),
    ("devpav", Message("devPAV", "devPAV"), False),
    ("auroc", Message("AUROC", "AUROC"), False),
    ("misleading_h1", Message("误导率 H1：LR<1", "misleading H1: LR<1"), True),
    ("strongly_misleading_h1", Message("误导率 H1：LR<1/10", "misleading H1: LR<1/10"), True),
    ("misleading_h2", Message("误导率 H2：LR>1", "misleading H2: LR>1"), True),
    ("strongly_misleading_h2", Message("误导率 H2：LR>10", "misleading H2: LR>10"), True),
    ("tpr_at_1fpr", Message("误报 1 % 时的检出率", "TPR at 1 % FPR"), True),
    ("frozen_tpr", Message("固定阈值检出率", "TPR, frozen threshold"), True),
    ("frozen_fpr", Message("固定阈值误报率", "FPR, frozen threshold"), True),
)

_READING: tuple[Message, ...] = (
    Message(
        "似然比（LR）比较的是：在 H1 与 H2 之下，出现该结果的可能性各有多大。"
        "它不表示命题本身成立的概率。",
        "A likelihood ratio (LR) compares how probable a result is under H1 and under H2. It is "
        "not the probability that a proposition is true.",
    ),
    Message(
        "Cllr 为 0 表示完美，为 1 表示与不作判断无异，大于 1 则比不作判断更差。"
        "Cllr_min 是区分能力不足造成的部分，Cllr_cal 是校准不准造成的部分。",
        "Cllr is 0 when perfect and 1 when no better than saying nothing; above 1 it is worse. "
        "Cllr_min is the part due to weak discrimination, Cllr_cal the part due to poor "
        "calibration.",
    ),
    Message(
        "误导率是 LR 指向错误一方的样本所占比例；“固定阈值”是在其他来源上事先定下的阈值。",
        "A misleading rate is the share of cases whose LR points to the wrong side; a frozen "
        "threshold was fixed beforehand on other sources.",
    ),
    Message(
        "只有一类样本的来源无法计算 Cllr，表中以“—”表示。各项比率只计入发表意见的样本。",
        "A source with one class only has no Cllr, shown as “—”. Rates count only the cases "
        "with an opinion.",
    ),
)

_STYLE = """
body{font:15px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1a1a1a;
max-width:1060px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.8rem;width:100%}
th,td{border:1px solid #ccc;padding:.25rem .4rem;text-align:right;vertical-align:bottom}
td{white-space:nowrap}
th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere;white-space:normal;
min-width:6rem}
table+table{margin-top:.8rem}tr.pooled{font-weight:bold;background:#f3f3f3}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(430px,1fr));gap:.8rem}
.plots svg{width:100%;height:auto;border:1px solid #ddd}
.note{background:#fff6e0;border-left:4px solid #b8860b;padding:.5rem .8rem}
@page{size:A4 landscape;margin:12mm}
@media print{body{max-width:none;margin:0}.plots{grid-template-columns:1fr 1fr}
.plots svg,tr{break-inside:avoid}table{font-size:.62rem}}
"""


def report_json(outcome: Outcome, *, proposition: str) -> str:
    """The validation as JSON text: measures pooled and by source, and the scale if one was
    fitted."""
    document = {**outcome.validation.as_json(), "proposition": proposition, "scale": outcome.scale}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def report_html(
    outcome: Outcome,
    *,
    proposition: PropositionPair,
    language: Language = "zh",
    about: Mapping[str, str] | None = None,
) -> str:
    """One self-contained page. `about` is shown as given: file name, its SHA-256, date, version."""

    def say(zh: str, en: str) -> str:
        return escape(Message(zh, en).in_language(language))

    validation = outcome.validation
    pooled = validation.pooled
    title = say("似然比验证报告", "Validation of likelihood ratios")
    parts = [
        f'<!DOCTYPE html><html lang="{"zh-CN" if language == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>',
        f"<h1>{title}</h1>",
        f"<p><b>{escape(proposition.id)}</b></p><ul>",
        f"<li>H1: {escape(proposition.h1.in_language(language))}</li>",
        f"<li>H2: {escape(proposition.h2.in_language(language))}</li></ul>",
    ]
    if about:
        rows = "".join(f"<li>{escape(key)}: {escape(value)}</li>" for key, value in about.items())
        parts.append(f"<ul>{rows}</ul>")
    parts.append(f"<p>{_what_was_done(outcome, language)}</p>")
    silent = pooled.no_opinion_h1 + pooled.no_opinion_h2
    total = pooled.n_h1 + pooled.n_h2
    counted = say(
        f"共 {total} 个样本，其中 {silent} 个不发表意见。",
        f"{total} cases, {silent} of them with no opinion.",
    )
    parts.append(f'<p class="note">{counted}</p>')
    parts.append(f"<h2>{say('合并与分来源的度量', 'Measures, pooled and by source')}</h2>")
    parts.append(_table(validation, language))
    parts.append(f"<h2>{say('如何阅读', 'How to read this')}</h2><ul>")
    parts += [f"<li>{escape(line.in_language(language))}</li>" for line in _READING]
    parts.append("</ul>")
    parts.append(f"<h2>{say('全部来源合并', 'All sources pooled')}</h2>")
    parts.append(_plots(validation, None, language))
    for source in list(validation.by_source)[:MOST_PLOTTED]:
        parts.append(f"<h2>{say('来源', 'Source')}: {escape(source)}</h2>")
        parts.append(_plots(validation, source, language))
    left = len(validation.by_source) - MOST_PLOTTED
    if left > 0:
        unplotted = say(
            f"另有 {left} 个来源只列入上表，未作图。",
            f"{left} more sources are in the table only, without plots.",
        )
        parts.append(f"<p>{unplotted}</p>")
    parts.append("</body></html>")
    return "".join(parts)


def _what_was_done(outcome: Outcome, language: Language) -> str:
    if outcome.scale is None:
        done = Message(
            "以下度量针对软件已给出的似然比；没有重新拟合。",
            "These measures are of the likelihood ratios as they were given; nothing was fitted.",
        )
        return escape(done.in_language(language))
    scale = outcome.scale
    done = Message(
        f"由原始测量值拟合了标度 {scale['signal']}@{scale['version']}（方法：{scale['method']}）；"
        "下列度量中，每个样本的似然比都来自未使用其来源拟合的标度。",
        f"A scale {scale['signal']}@{scale['version']} was fitted ({scale['method']}) from raw "
        "scores; in the measures below each case's LR comes from a fit without its source.",
    )
    withheld = scale["withheld"]
    extra = f" <b>{escape(withheld[language])}</b>" if isinstance(withheld, dict) else ""
    return escape(done.in_language(language)) + extra


def _table(validation: Validation, language: Language) -> str:
    """Two tables of the same sources, costs and rates, since one would not fit a page."""
    costs = tuple(column for column in _COLUMNS if not column[2])
    rates = tuple(column for column in _COLUMNS if column[2])
    tables = (_rows(validation, columns, language) for columns in (costs, rates))
    return f'<div class="wide">{"".join(tables)}</div>'


def _rows(validation: Validation, columns: Columns, language: Language) -> str:
    head = "".join(f"<th>{escape(name.in_language(language))}</th>" for _, name, _ in columns)
    source = Message("来源", "source").in_language(language)
    every = Message("合并", "pooled").in_language(language)
    rows = [f'<tr class="pooled"><td>{every}</td>{_cells(validation.pooled, columns)}</tr>']
    rows += [
        f"<tr><td>{escape(name)}</td>{_cells(measures, columns)}</tr>"
        for name, measures in validation.by_source.items()
    ]
    return (
        f"<table><thead><tr><th>{source}</th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cells(measures: Metrics, columns: Columns) -> str:
    cells = []
    for field, _, share in columns:
        if field == "no_opinion":
            value: float | int | None = measures.no_opinion_h1 + measures.no_opinion_h2
        else:
            value = getattr(measures, field)
        cells.append(f"<td>{_shown(value, share)}</td>")
    return "".join(cells)


def _shown(value: float | int | None, share: bool) -> str:
    if value is None:
        return "—"
    if isinstance(value, int):
        return f"{value:,}"
    if value == float("inf"):
        return "∞"
    return f"{value * 100:.1f} %" if share else f"{value:.3f}"


def _plots(validation: Validation, source: str | None, language: Language) -> str:
    llrs, is_h1 = validation.cases(source)
    if llrs.size == 0:
        none = Message(
            "没有发表意见的样本，无图可作。", "No case with an opinion: nothing to plot."
        )
        return f"<p>{escape(none.in_language(language))}</p>"
    drawn = [histogram(llrs, is_h1, language), tippett_plot(llrs, is_h1, language)]
    if is_h1.any() and not is_h1.all():
        drawn += [pav_plot(llrs, is_h1, language), ece_plot(llrs, is_h1, language)]
    return f'<div class="plots">{"".join(drawn)}</div>'
