"""`mingjian watch`: sources looked at as they grow, each item examined once, counts for warning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, err, line, out, print_json, t, visible

if TYPE_CHECKING:
    from mingjian.app.watch import Turned
    from mingjian.store.store import Store

app = typer.Typer(
    help=t(
        "监测：持续读取文件夹、邮箱、增长中的文件、推送与队列，逐件检验一次，并为预警计数。",
        "Watch folders, mailboxes, growing files, pushes and queues: every item examined once, "
        "and counted for early warning.",
    ),
    no_args_is_help=True,
)
Name = Annotated[
    str | None,
    typer.Argument(help=t("监测名称；只有一个时可省略", "the watch; not needed if there is one")),
]
SourceName = Annotated[
    str | None, typer.Option("--source", help=t("只看这个来源", "only this source"))
]
PutBack = Annotated[
    bool, typer.Option("--put-back", help=t("放回待检", "let them wait to be examined again"))
]
Numbers = Annotated[
    list[int] | None,
    typer.Option(
        "--number", help=t("只放回此编号（须有 --source）", "only this number of a --source")
    ),
]


@app.command(
    "run",
    help=t(
        "按配置文件监测，直到中断；随时可中断，再次运行即从中断处继续，每件只检验一次。",
        "Watch as a file says, until stopped. It may be stopped at any moment: run again it goes "
        "on, and every item is examined once.",
    ),
)
def run(
    config: Annotated[Path, typer.Argument(help=t("监测配置（TOML）", "the watch file (TOML)"))],
    once: Annotated[
        bool, typer.Option("--once", help=t("没有新内容即结束", "end when nothing is new"))
    ] = False,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0, help=t("最多运行秒数", "seconds to run at most"))
    ] = None,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from dataclasses import asdict

    from mingjian.app.settings import load_settings
    from mingjian.app.watch import run_watch
    from mingjian.app.watch_config import read_watch

    settings = load_settings(language=as_language(lang))
    watch = read_watch(config)
    console = err()
    with console.status("…") as line:
        done = run_watch(
            watch,
            settings,
            once=once,
            seconds=seconds,
            tell=lambda turned: line.update(visible(_turned(turned))),
        )
    if json:
        print_json({"watch": watch.name, **asdict(done)})
    else:
        out().print(_turned(done), markup=False)
    if done.problems and once:
        err().print(
            t(
                f"{done.problems} 个来源无法读取，见 mingjian watch status {watch.name}",
                f"sources that could not be read: {done.problems}; see mingjian watch status "
                f"{watch.name}",
            ),
            markup=False,
        )
        raise typer.Exit(4)


def _turned(turned: Turned) -> str:
    text = t(
        f"新列入 {turned.listed}，检验 {turned.examined}，标出 {turned.flagged}，"
        f"搁置 {turned.dead}，略过 {turned.shed}",
        f"new {turned.listed}, examined {turned.examined}, flagged {turned.flagged}, "
        f"put aside {turned.dead}, passed over {turned.shed}",
    )
    if turned.problems:
        text += t(f"；{turned.problems} 个来源读不到", f"; sources not readable: {turned.problems}")
    if turned.alerts_behind:
        text += t("；预警未能接收计数，将再试", "; alerts could not take the counts, tried again")
    return text


def _opened() -> Any:
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import load_settings

    return opened_store(load_settings(), must_exist=True)


def _named(store: Store, name: str | None) -> str:
    """The watch that was named, or the only one there is."""
    from mingjian.app.errors import UsageError
    from mingjian.app.watch_desk import watches
    from mingjian.domain.message import Message

    if name is not None:
        return name
    names = watches(store)
    if len(names) == 1:
        return names[0]
    raise UsageError(
        Message("请给出监测名称", "name the watch"),
        Message("现有：" + (", ".join(names) or "—"), "watches: " + (", ".join(names) or "—")),
    )


@app.command(
    "status",
    help=t(
        "各来源的待检、已检、标出、搁置、略过数量，最近各小时情况，以及读不到的原因。",
        "What waits, was examined, flagged, put aside or passed over at each source, by hour, and "
        "why a source cannot be read.",
    ),
)
def status(
    name: Name = None,
    hours: Annotated[
        int, typer.Option(min=1, max=8760, help=t("显示最近多少小时", "hours to show"))
    ] = 24,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from rich.table import Table

    from mingjian.app.watch_desk import status as watch_status

    language = as_language(lang)
    with _opened() as store:
        report: Any = watch_status(store, _named(store, name), hours)
    if json:
        print_json(report)
        return
    table = Table(title=report["watch"])
    table.add_column(t("来源", "source"))
    for zh, en in (
        ("待检", "waiting"), ("最久秒", "oldest, s"), ("已检", "examined"), ("标出", "flagged"),
        ("重复", "repeated"), ("搁置", "put aside"), ("略过", "passed over"),
    ):  # fmt: skip
        table.add_column(t(zh, en), justify="right")
    table.add_column(t("最近读取", "last read"))
    for one in report["sources"]:
        waited = one["waited_seconds"]
        cells = [one["waiting"], "—" if waited is None else waited, one["examined"]]
        cells += [one["flagged"], one["repeated"], one["dead"], one["shed"], one["looked"] or "—"]
        table.add_row(one["source"], *map(str, cells))
    out().print(table)
    speak = "zh" if t("zh", "en") == "zh" else "en"
    for one in report["sources"]:
        if one["problem"]:
            out().print(
                f"{one['source']}: {visible(one['problem'][language or speak])}", markup=False
            )
    by_hour = [one for one in report["hours"] if one["shed"] or one["dead"] or one["failed"]]
    for one in by_hour:
        out().print(
            t(
                f"{one['hour']} {one['source']}：略过 {one['shed']}，搁置 {one['dead']}，"
                f"读取失败 {one['failed']} 次",
                f"{one['hour']} {one['source']}: passed over {one['shed']}, put aside "
                f"{one['dead']}, looks that failed {one['failed']}",
            ),
            markup=False,
        )
    if any(one["shed"] for one in by_hour):
        out().print(report["shed_rule"][language or speak], markup=False)


def _put_aside(which: Literal["dead", "shed"], help: str) -> None:
    """The command that lists, or puts back, what did not go its way."""

    @app.command(which, help=help)
    def listed(
        name: Name = None,
        source: SourceName = None,
        put_back: PutBack = False,
        number: Numbers = None,
        json: AsJson = False,
        lang: Lang = None,
    ) -> None:
        from mingjian.app import watch_desk

        as_language(lang)
        with _opened() as store:
            watch = _named(store, name)
            if put_back:
                count = watch_desk.put_back(store, watch, which, source, number)
                out().print(t(f"已放回 {count} 件。", f"put back: {count}."), markup=False)
                return
            found: Any = watch_desk.put_aside(store, watch, which, source)
        if json:
            print_json(found)
            return
        speak = "zh" if t("zh", "en") == "zh" else "en"
        for one in found:
            why = f": {one['why'][speak]}" if one["why"] else ""
            line(f"{one['source']} #{one['number']} {one['name']} ({one['ended']}){why}")
        out().print(t(f"共列出 {len(found)} 件。", f"listed: {len(found)}."), markup=False)


_put_aside(
    "dead",
    t(
        "多次未能检验而搁置的内容及原因；排除原因后可放回。",
        "Items put aside after several tries, with the reasons; put them back once it is mended.",
    ),
)
_put_aside(
    "shed",
    t(
        "积压时按规则略过的内容；来源仍保有的，可放回补检。",
        "Items passed over by rule when too many waited; those their source still holds can be "
        "examined later.",
    ),
)


@app.command(
    "token",
    help=t(
        "为推送来源生成令牌（旧的随即失效）：程序凭它向 mingjian serve 的 /push/监测/来源 提交。",
        "Make a token for a push source (it ends the one before): a program shows it to hand items "
        "to mingjian serve, at /push/WATCH/SOURCE.",
    ),
)
def token(
    name: Annotated[str, typer.Argument(help=t("监测名称", "the watch"))],
    source: Annotated[str, typer.Argument(help=t("推送来源", "the push source"))],
    lang: Lang = None,
) -> None:
    from mingjian.app.settings import load_settings
    from mingjian.app.watch_push import new_token

    settings = load_settings(language=as_language(lang))
    out().print(new_token(settings, name, source), markup=False, soft_wrap=True)


@app.command(
    "counts",
    help=t(
        "把计数写成 mingjian warn check 可读的表；--reports 另写发生日与收到日，供 warn nowcast。",
        "Write counts as the table that mingjian warn check reads; with --reports also the days of "
        "event and receipt for warn nowcast.",
    ),
)
def counts(
    name: Name = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help=t("写入此 CSV", "the CSV to write"))
    ] = None,
    aspect: Annotated[
        str,
        typer.Option(
            help="proposition | conduct | conduct_partly | type | type_partly | items",
        ),
    ] = "proposition",
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="region | channel | service | source"),
    ] = None,
    clock: Annotated[
        str,
        typer.Option(help=t("event 发生时间 | received 收到时间", "event | received")),
    ] = "event",
    step: Annotated[str, typer.Option(help="day | week")] = "day",
    level: Annotated[str, typer.Option(help="province | city | county")] = "county",
    reports: Annotated[
        Path | None,
        typer.Option(help=t("发生日与收到日 CSV", "a CSV of days of event and receipt")),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            help=t("--reports 只写这一项，如 message.fraud", "only this one in --reports")
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    from mingjian.app import watch_counts

    language = as_language(lang) or ("zh" if t("zh", "en") == "zh" else "en")
    view = watch_counts.View(
        aspect=aspect,
        by=tuple(by or ()),
        clock=clock,  # type: ignore[arg-type]
        pace=step,  # type: ignore[arg-type]
        level=level,
    )
    with _opened() as store:
        watch = _named(store, name)
        counted = watch_counts.current_counts(store, watch)
        said = watch_counts.gaps(store, watch, counted)
    table = watch_counts.counts_csv(counted, view)
    if out_file is None:
        typer.echo(table, nl=False)
    else:
        out_file.write_text(table, "utf-8")
    if reports is not None:
        reports.write_text(watch_counts.reports_csv(counted, view, value), "utf-8")
    for message in said:
        err().print(message.in_language(language), markup=False)
