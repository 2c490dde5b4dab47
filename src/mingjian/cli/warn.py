"""`mingjian warn`: counts against what is expected, today and replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mingjian.app.days import day_of
from mingjian.cli.alert_lines import MARK, figure, raised
from mingjian.cli.person import Name, RoleName
from mingjian.cli.speak import AsJson, Lang, as_language, line, out, print_json, t, visible

app = typer.Typer(
    help=t(
        "预警：把计数与预期相比，标出超出部分、等级和预计的误报次数。",
        "Early warning: counts against what is expected, graded, with false alarms stated.",
    ),
    no_args_is_help=True,
)
Counts = Annotated[
    Path,
    typer.Argument(
        help=t(
            "CSV 文件，列 series、date、count，可加 exposure、outbreak",
            "a CSV file: series, date, count, and if wanted exposure, outbreak",
        )
    ),
]
On = Annotated[str | None, typer.Option("--on", help=t("看这一天为止", "as of this day"))]
KnownOn = Annotated[
    str | None, typer.Option("--on", help=t("只用到这一天的上报", "as known on this day"))
]
Longest = Annotated[int, typer.Option(help=t("最长延迟（天）", "the longest delay, in days"))]
Raise = Annotated[
    bool, typer.Option("--raise", help=t("记为预警（见 alert）", "record as alerts: see alert"))
]
Zero = Annotated[
    bool,
    typer.Option(
        "--missing-is-zero",
        help=t("缺少的日期当时没有发生", "dates that are missing had none"),
    ),
]
Factor = Annotated[
    float, typer.Option(help=t("CUSUM 要找的上升倍数", "the rise a CUSUM looks for"))
]


def _chance(value: float | None) -> str:
    return "—" if value is None else f"{value:.2g}"


@app.command(
    "check",
    help=t(
        "把每个序列最近一天（周）与其历史相比；方法随历史长短而定，并说明理由。",
        "Hold the last day or week of every series against its past; the method follows the "
        "length of history, and which and why is said.",
    ),
)
def check(
    counts: Counts,
    on: On = None,
    false_alarms: Annotated[
        float,
        typer.Option(
            help=t("每个序列每年可接受的误报次数", "false alarms a year accepted of each series")
        ),
    ] = 0.5,
    factor: Factor = 1.5,
    grades: Annotated[
        Path | None, typer.Option(help=t("等级规则 JSON 文件", "a JSON file with the grades' rule"))
    ] = None,
    missing_is_zero: Zero = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            help=t(
                "有此等级或更高的预警时退出码为 1：blue | yellow | orange | red",
                "exit code 1 on an alarm of this grade or higher: blue | yellow | orange | red",
            )
        ),
    ] = None,
    cap: Annotated[
        Path | None,
        typer.Option(
            help=t(
                "把预警写成 CAP 1.2 草稿，放入此文件夹",
                "write alarms as CAP 1.2 drafts, to a folder",
            )
        ),
    ] = None,
    sender: Annotated[
        str, typer.Option(help=t("CAP 的发送者", "the sender a CAP message names"))
    ] = "mingjian",
    exercise: Annotated[
        str | None,
        typer.Option(help=t("演练名称：CAP 标为 Exercise", "a drill's name: CAP says Exercise")),
    ] = None,
    keep: Raise = False,
    name: Name = None,
    role: RoleName = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn, warn_files
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    settings, rule = warn.settings_from(false_alarms, factor), warn_files.read_rule(grades)
    day = day_of(on)
    series = warn_files.read_counts(counts, missing_is_zero=missing_is_zero)
    report: Any = warn.check(series, day, settings, rule)
    loud = warn.at_least(report, fail_on) if fail_on else False
    found = warn.alarms(series, day, settings, rule) if cap or keep else []
    if cap:
        drafts = warn.write_drafts(found, cap, sender, exercise)
        report["cap"] = [str(path) for path in drafts]
    if keep:
        report["alerts"] = raised(found, exercise, name, role, lang)
    if json:
        print_json(report)
    else:
        _checked(report, language)
    if loud:
        raise typer.Exit(1)


def _checked(report: Any, language: str) -> None:
    zh = language == "zh"
    alarms = [one for one in report["series"] if one["alarm"]]
    for one in alarms:
        word = one["grade_words"][language] if one["grade"] else ("报警" if zh else "alarm")
        out().print(
            f"● {word}  {visible(one['series'])}",
            style=f"bold {MARK.get(one['grade'], 'white')}",
            markup=False,
        )
        line("  " + one["why_now"][language])
        excess, p = figure(one["excess"]), _chance(one["p"])
        line(f"  超出 {excess}，p = {p}" if zh else f"  excess {excess}, p = {p}")
        line(f"  {one['why_method'][language]}")
    quiet = [one for one in report["series"] if not one["alarm"]]
    if quiet:
        line("无报警：" if zh else "No alarm:")
    for one in quiet:
        line(f"  {one['series']}  {one['why_now'][language]}")
        line(f"      {one['why_method'][language]}")
    for name in report["absent"]:
        line(
            f"  {name}  {report['on']} 没有计数"
            if zh
            else f"  {name}  has no count for {report['on']}",
        )
    low, high = report["expected_false_alarms_a_year_95"]
    expected = f"{report['expected_false_alarms_a_year']:.1f} ({low:.1f}–{high:.1f})"
    watched = report["watched"]
    line(
        f"按现有设置，{watched} 个有基线的序列合计每年预计误报 {expected} 次。"
        if zh
        else f"At these settings the {watched} series with a baseline give about {expected} "
        "false alarms a year in all.",
    )
    line("等级规则：" if zh else "Grades:")
    for item in report["rule"]:
        line(f"  {item['words'][language]}")
    for kept in report.get("alerts", ()):
        said = kept["words"][language]
        line(f"预警 #{kept['alert']}：{said}" if zh else f"Alert #{kept['alert']}: {said}")
    for path in report.get("cap", ()):
        line(f"CAP: {path}")
    line(report["limits"][language])
    line(report["note"][language])


@app.command(
    "replay",
    help=t(
        "把过去逐日（周）重演：何时会报警，比标出的暴发晚多少天，每年多少误报。",
        "Run the past as if live: alarms, delay to marked outbreaks, false alarms a year.",
    ),
)
def replay(
    counts: Counts,
    start: Annotated[
        str | None, typer.Option("--from", help=t("从这一天起", "from this day"))
    ] = None,
    false_alarms: Annotated[
        list[float] | None,
        typer.Option(
            help=t(
                "每个序列每年可接受的误报次数，可多次给出以作比较",
                "false alarms a year accepted of each series; repeat it to compare",
            )
        ),
    ] = None,
    factor: Factor = 1.5,
    missing_is_zero: Zero = False,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn, warn_files
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    first = day_of(start)
    settings = [warn.settings_from(each, factor) for each in false_alarms or [0.5]]
    series = warn_files.read_counts(counts, missing_is_zero=missing_is_zero)
    report: Any = warn.replayed(series, first, settings)
    if json:
        print_json(report)
        return
    for one in report["settings"]:
        _replayed(one, language)
    _last_lines(report, language)


def _replayed(one: Any, language: str) -> None:
    zh = language == "zh"
    asked = f"{one['false_alarms_a_year_per_series']:g}"
    line(
        f"设置：每序列每年误报 {asked} 次" if zh else f"Asked: {asked} false alarms a year each",
    )
    for alarm in one["alarms"]:
        seen, expected = alarm["observed"], figure(alarm["expected"])
        said = f"{seen:,} 起，预期 {expected}" if zh else f"{seen:,} where {expected} were expected"
        line(f"  {alarm['date']}  {alarm['series']}  {said} [{alarm['method']}]")
    for met in one["outbreaks"]:
        name = met["series"]
        if met["alarm"]:
            delay = met["delay_days"]
            said = f"晚 {delay} 天报警" if zh else f"alarm after {delay} days"
        else:
            said = "没有报警" if zh else "no alarm"
        label = "暴发" if zh else "outbreak"
        line(f"  {label} {met['onset']}  {name}: {said}")
    low, high = one["false_alarms_a_year_95"]
    if one["false_alarms_a_year"] is None:
        line("  没有可看的历史" if zh else "  no history that can be watched")
        return
    rate = f"{one['false_alarms_a_year']:.1f} ({low:.1f}–{high:.1f})"
    expected = f"{one['false_alarms_expected']:.1f}"
    years = f"{one['series_years']:.1f}"
    line(
        f"  误报：{years} 序列年中 {one['false_alarms']} 次（当时预计 {expected} 次），"
        f"全部序列合计每年 {rate} 次"
        if zh
        else f"  false alarms: {one['false_alarms']} in {years} series-years (expected then: "
        f"{expected}); {rate} a year over all series",
    )


def _last_lines(report: Any, language: str) -> None:
    line(report["note"][language])
    line(report["limits"][language])


@app.command(
    "nowcast",
    help=t(
        "由发生日与上报日估计最近几天实际有多少起（最近的数总是不全）。",
        "Estimate how many events recent days really had, from event and report days.",
    ),
)
def nowcast(
    reports: Annotated[
        Path,
        typer.Argument(
            help=t("CSV 文件，列 event、report，每起一行", "a CSV file: event, report; a row each")
        ),
    ],
    on: KnownOn = None,
    longest: Longest = 15,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn, warn_files
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    day = day_of(on)
    report: Any = warn.recent(warn_files.read_reports(reports), day, longest)
    if json:
        print_json(report)
        return
    zh = language == "zh"
    if report["unsettled"]:
        line("⚠ " + report["unsettled"][language])
    for one in report["days"]:
        half, wide = (f"{low:,}–{high:,}" for low, high in (one["half"], one["wide"]))
        reported, estimate = f"{one['reported']:,}", f"{one['estimate']:,}"
        line(
            f"{one['date']}  已报 {reported}，估计 {estimate}（一半机会 {half}，95 % {wide}）"
            if zh
            else f"{one['date']}  reported {reported}, estimated {estimate} "
            f"(50 %: {half}, 95 %: {wide})",
        )


@app.command(
    "scan",
    help=t(
        "在稀疏的序列（如 地区×类型）中找出合起来上升最明显的一组；区域可由文件给出。",
        "Among sparse series (region by type) find the group that rose most; zones may be a file.",
    ),
)
def scan(
    counts: Counts,
    zones: Annotated[
        Path | None,
        typer.Option(help=t('JSON：{"区域": ["序列", …]}', 'JSON: {"zone": ["series", …]}')),
    ] = None,
    on: On = None,
    history: Annotated[
        int, typer.Option(help=t("作为基线的步数", "steps the baselines are learnt from"))
    ] = 26,
    steps: Annotated[int, typer.Option(help=t("最近多少步", "recent steps looked at"))] = 4,
    missing_is_zero: Zero = False,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import warn, warn_files
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    day = day_of(on)
    series = warn_files.read_counts(counts, missing_is_zero=missing_is_zero)
    report: Any = warn.cluster(series, day, zones, history, steps)
    if json:
        print_json(report)
        return
    zh = language == "zh"
    zone, since, observed = report["zone"], report["since"], report["observed"]
    expected, p = figure(report["expected"]), _chance(report["p"])
    looked = report["zones"]
    line(
        f"{zone}：自 {since} 起 {observed:,} 起，预期 {expected} 起；"
        f"在所看的 {looked} 个区域中平时出现这样大上升的机会 p = {p}"
        if zh
        else f"{zone}: {observed:,} since {since} where {expected} were expected; chance of such a "
        f"rise in any of the {looked} zones looked at: p = {p}",
    )
    line("  " + ", ".join(report["cells"][:20]))
    if report["absent"]:
        many = len(report["absent"])
        said = f"历史不够，未计入：{many} 个" if zh else f"too little history, left out: {many}"
        line(said)
    line(report["note"][language])
