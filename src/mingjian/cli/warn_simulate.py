"""`mingjian warn simulate` and `calibrate`: what the methods do where the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.cli.report import form_of, write_file
from mingjian.cli.speak import AsJson, Lang, as_language, err, out, print_json, t
from mingjian.cli.warn import app

__all__ = ["app"]

Numbers = Annotated[
    list[int] | None,
    typer.Option(
        "--scenario",
        help=t("情形编号 1–42，可多次给出；默认全部", "scenario 1-42, repeatable; all by default"),
    ),
]
Seed = Annotated[int, typer.Option(help=t("随机种子", "the random seed"))]


@app.command(
    "simulate",
    help=t(
        "按已发表的 42 种情形生成周计数序列（CSV，标出暴发），可供 check、replay 使用。",
        "Make weekly series of the 42 published scenarios (CSV, outbreaks marked) for check and "
        "replay.",
    ),
)
def simulate(
    file: Annotated[Path, typer.Argument(help=t("输出 CSV", "the CSV file to write"))],
    scenario: Numbers = None,
    replicates: Annotated[
        int, typer.Option(min=1, max=10_000, help=t("每种情形的序列数", "series of each scenario"))
    ] = 1,
    seed: Seed = 1,
    no_outbreaks: Annotated[
        bool, typer.Option("--no-outbreaks", help=t("不加暴发", "without outbreaks"))
    ] = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_calibrate
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    of = warn_calibrate.chosen(scenario or ())
    text = warn_calibrate.simulated(of, replicates, seed, outbreaks=not no_outbreaks)
    file.write_text(text, "utf-8")
    count = len(of) * replicates
    said = f"{count} 条序列 → {file}" if language == "zh" else f"{count} series -> {file}"
    out().print(said, markup=False, soft_wrap=True)


@app.command(
    "calibrate",
    help=t(
        "在 42 种情形上测每种方法的误报率、同等误报率下的检出率和延迟（100 次重复约需十几分钟）。",
        "Measure every method on the 42 scenarios: false-alarm rate, power at equal rates, delay "
        "(100 replicates take some ten minutes and more).",
    ),
)
def calibrate(
    replicates: Annotated[
        int, typer.Option(max=10_000, help=t("每种情形的序列数", "series of each scenario"))
    ] = 100,
    scenario: Numbers = None,
    seed: Seed = 1,
    file: Annotated[
        Path | None,
        typer.Option("--out", help=t("报告：.html .pdf .docx", "the report: .html .pdf .docx")),
    ] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn_calibrate
    from mingjian.app.reports import written
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    form = form_of(file, (".html", ".pdf", ".docx")) if file else None
    of = warn_calibrate.chosen(scenario or ())
    with err().status("") as status:

        def told(done: int, all_of_them: int) -> None:
            status.update(f"{done}/{all_of_them}")

        result: Any = warn_calibrate.calibrated(of, replicates, seed, told)
    if file is not None and form is not None:
        write_file(file, written(warn_calibrate.report(result, language), form))
    if json:
        print_json(result)
        return
    console = out()
    for method in result["methods"]:
        console.print(method["name"][language], style="bold", markup=False)
        held = method["claimed"] or method["points"]
        for point in held:
            low, high = point["rate_95"]
            rate = f"{point['rate']:.4f} ({low:.4f}–{high:.4f})"
            console.print(
                f"  名义 {point['nominal']:g}：误报率 {rate}，检出 {point['power']:.2f}"
                if language == "zh"
                else f"  nominal {point['nominal']:g}: false alarms {rate}, "
                f"power {point['power']:.2f}",
                markup=False,
                soft_wrap=True,
            )
        console.print("  " + method["claims"][language], markup=False, soft_wrap=True)
    console.print(result["provenance"][language], markup=False, soft_wrap=True)
