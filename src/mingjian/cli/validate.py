"""`mingjian validate`: what are the weights worth on labelled data, source by source?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, out, t
from mingjian.domain.evidence import STATED_KINDS

HELP = t(
    "在按来源留出的带标签数据上检验或拟合标度：Cllr、误导率、图表。",
    "Check or fit a scale on labelled data held out by source: Cllr, misleading rates, plots.",
)

LEGEND = t(
    "n：样本数；no_opinion：未给出意见数；tpr_at_1fpr：误报率 1 % 时的检出率；"
    "frozen_fpr：固定阈值下的误报率；cllr：似然比代价（小于 1 才有用），其中 cllr_cal 为校准损失。",
    "n: cases; no_opinion: cases without one; tpr_at_1fpr: detection rate at 1 % false alarms; "
    "frozen_fpr: false alarms at the fixed threshold; cllr: cost of the likelihood ratios (useful "
    "below 1), of which cllr_cal is calibration loss.",
)


def validate(
    labelled: Annotated[
        Path,
        typer.Option(help=t("带标签的 CSV、JSONL 或 Parquet", "labelled CSV, JSONL or Parquet")),
    ],
    proposition: Annotated[str, typer.Option(help=t("命题编号", "id of the proposition pair"))],
    by: Annotated[str, typer.Option(help=t("来源字段", "the field with the source"))] = "source",
    label_field: Annotated[str, typer.Option(help=t("标签字段", "the label field"))] = "label",
    h1: Annotated[
        list[str] | None,
        typer.Option("--h1", help=t("表示命题一的标签值", "label value that means H1")),
    ] = None,
    h2: Annotated[
        list[str] | None,
        typer.Option("--h2", help=t("表示命题二的标签值", "label value that means H2")),
    ] = None,
    text_field: Annotated[
        str | None, typer.Option(help=t("要检验的文本字段", "field with the text to examine"))
    ] = None,
    path_field: Annotated[
        str | None, typer.Option(help=t("要检验的文件路径字段", "field with the path to examine"))
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help=t("文本类别", "what the text is"))
    ] = None,
    signal: Annotated[
        str | None, typer.Option(help=t("拟合的信号名称", "signal of the scale to fit"))
    ] = None,
    fit: Annotated[
        Path | None, typer.Option(help=t("写出拟合的标度", "write the fitted scale here"))
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help=t("写 HTML 报告", "write an HTML report"))
    ] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app.errors import UsageError
    from mingjian.app.settings import load_settings
    from mingjian.app.validation import ValidationRequest, validate_labelled, write_outputs
    from mingjian.domain.evidence import EvidenceKind
    from mingjian.domain.message import Message

    settings = load_settings(language=as_language(lang))
    if kind is not None and kind not in STATED_KINDS:
        raise UsageError(
            Message(f"--as 不支持 {kind}", f"--as does not know {kind}"),
            Message("可用：" + ", ".join(STATED_KINDS), "one of: " + ", ".join(STATED_KINDS)),
        )
    if not labelled.is_file():
        raise UsageError(Message(f"没有这个文件：{labelled}", f"no such file: {labelled}"))
    request = ValidationRequest(
        labelled=labelled,
        proposition=proposition,
        by=by,
        label_field=label_field,
        h1_labels=tuple(h1 or ()),
        h2_labels=tuple(h2 or ()),
        text_field=text_field,
        path_field=path_field,
        declared=EvidenceKind(kind) if kind else None,
        signal=signal,
    )
    outcome = validate_labelled(request, settings)
    text = write_outputs(outcome, request, settings, report=report, fit=fit)
    if json:
        typer.echo(text)
        return
    from rich.table import Table

    zh = settings.language == "zh"
    table = Table()
    columns = [
        "n_h1",
        "n_h2",
        "no_opinion_h1",
        "no_opinion_h2",
        "auroc",
        "tpr_at_1fpr",
        "frozen_fpr",
    ]
    columns += ["cllr", "cllr_min", "cllr_cal"]
    table.add_column("来源" if zh else "source")
    for name in columns:
        table.add_column(name, justify="right")
    measures = {"合并" if zh else "pooled": outcome.validation.pooled}
    for source, of_source in {**measures, **outcome.validation.by_source}.items():
        values = of_source.as_json()
        table.add_row(source, *(_number(values.get(name)) for name in columns))
    out().print(table)
    out().print(LEGEND, markup=False)
    for path in (report, fit):
        if path is not None:
            out().print(str(path), markup=False)


def _number(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
