"""`mingjian campaign`: which texts are copies of one another, and what they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.cli.speak import AsJson, Lang, as_language, line, out, print_json, t, visible

if TYPE_CHECKING:
    from mingjian.domain.message import Language

app = typer.Typer(
    help=t(
        "团伙活动簇：找出成批近似的文字，说明共有的骨架、链接和增长。",
        "Campaigns: texts that are copies of one another, with the skeleton, links and growth "
        "they share.",
    ),
    no_args_is_help=True,
)
_LISTED = 15
_BAR = 30


@app.command(
    "find",
    help=t(
        "在数据表中找出成簇的近似内容；聚的是内容，不是人。",
        "Find clusters of alike content in a table; it groups content, never people.",
    ),
)
def find(
    table: Annotated[
        Path, typer.Argument(help=t("CSV、JSONL 或 Parquet 表", "a CSV, JSONL or Parquet table"))
    ],
    text_field: Annotated[str, typer.Option(help=t("文本字段", "the field with the text"))],
    out_file: Annotated[
        Path,
        typer.Option("--out", help=t("每簇一行的 JSONL", "JSONL with one line for each campaign")),
    ],
    time_field: Annotated[
        str | None, typer.Option(help=t("时间字段", "the field with the time"))
    ] = None,
    id_field: Annotated[
        str | None, typer.Option(help=t("编号字段", "the field with the id"))
    ] = None,
    parent_field: Annotated[
        str | None,
        typer.Option(
            help=t(
                "转发来源的编号字段，用于传播结构",
                "the field with the id it was passed on from, for the spread",
            )
        ),
    ] = None,
    picture_field: Annotated[
        str | None,
        typer.Option(
            help=t(
                "图像感知散列（PDQ，64 位十六进制）字段",
                "the field with a picture's PDQ hash, 64 hexadecimal digits",
            )
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            help=t(
                "保存索引的文件夹：下一批接着比较，簇继续增长、合并",
                "a folder that keeps the index: the next batch goes on from it",
            )
        ),
    ] = None,
    fewest: Annotated[
        int, typer.Option(min=2, help=t("成簇的最少条数", "items that make a campaign"))
    ] = 3,
    most: Annotated[
        int, typer.Option(min=1, help=t("最多写出的簇数", "campaigns written, the largest"))
    ] = 200,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import campaign, campaign_files
    from mingjian.app.settings import load_settings

    language = load_settings(language=as_language(lang)).language
    fields = campaign_files.Fields(
        text=text_field, time=time_field, id=id_field, parent=parent_field, picture=picture_field
    )
    with campaign_files.index_in(state) as index:
        found = campaign.find(
            lambda: campaign_files.rows_of_table(table, fields), index, fewest=fewest, most=most
        )
    campaign_files.write(map(campaign_files.campaign_json, found.campaigns), out_file)
    summary: Any = campaign_files.summary_json(found)
    if json:
        print_json(summary)
        return
    listed = campaign_files.read_campaigns(out_file)
    _summary(summary, language)
    _table(listed[:_LISTED], language)
    for signal in summary["signals"][:_LISTED]:
        _say(f"#{signal['campaign']}：", f"#{signal['campaign']}: ", language, signal["because"])
    _say("", "", language, summary["note"])


@app.command(
    "watch",
    help=t(
        "监测所得各件中成簇的近似内容，跨来源、随时间增长合并；监测文件中须有 [campaigns]。",
        "Clusters of alike content among what a watch examined, over all its sources, growing and "
        "merging over time; its file must have [campaigns].",
    ),
)
def watch(
    name: Annotated[str, typer.Argument(help=t("监测名称", "the watch"))],
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help=t("每簇一行的 JSONL", "JSONL with one line for each campaign")),
    ] = None,
    fewest: Annotated[
        int, typer.Option(min=2, help=t("成簇的最少条数", "items that make a campaign"))
    ] = 3,
    most: Annotated[
        int, typer.Option(min=1, help=t("最多解释的簇数", "campaigns explained, the largest"))
    ] = 50,
    json: AsJson = False,
    lang: Lang = None,
) -> None:
    from mingjian.app import campaign_files, campaign_watch
    from mingjian.app.keeping import opened_store
    from mingjian.app.settings import load_settings

    settings = load_settings(language=as_language(lang))
    with opened_store(settings, must_exist=True) as store:
        found = campaign_watch.found(store, settings, name, fewest=fewest, most=most)
    summary: Any = campaign_files.summary_json(found.campaigns)
    listed: Any = [campaign_watch.campaign_json(found, one) for one in found.campaigns.campaigns]
    if out_file is not None:
        campaign_files.write(listed, out_file)
    if json:
        print_json({**summary, "listed": listed})
        return
    _summary(summary, settings.language)
    _table(listed[:_LISTED], settings.language)
    for signal in summary["signals"][:_LISTED]:
        number = signal["campaign"]
        _say(f"#{number}：", f"#{number}: ", settings.language, signal["because"])
    _say("", "", settings.language, summary["note"])


@app.command(
    "show",
    help=t("显示 find 写出的簇；给出编号则详细显示一个。", "Show what find wrote; one in detail."),
)
def show(
    clusters: Annotated[Path, typer.Argument(help=t("find 写出的 JSONL", "the JSONL of find"))],
    number: Annotated[
        int | None, typer.Argument(help=t("簇的编号", "number of a campaign"))
    ] = None,
    lang: Lang = None,
) -> None:
    from mingjian.app import campaign_files
    from mingjian.app.errors import UsageError
    from mingjian.app.settings import load_settings
    from mingjian.domain.message import Message

    language = load_settings(language=as_language(lang)).language
    listed = campaign_files.read_campaigns(clusters)
    if number is None:
        _table(listed, language)
        return
    chosen = next((one for one in listed if one["campaign"] == number), None)
    if chosen is None:
        raise UsageError(
            Message(f"没有编号为 {number} 的簇", f"no campaign has the number {number}"),
            Message(
                "先不带编号运行，列出全部", "run it without a number first, to list all there are"
            ),
        )
    _detail(chosen, language)


def _say(zh: str, en: str, language: Language, rest: dict[str, str] | None = None) -> None:
    line((zh if language == "zh" else en) + (rest[language] if rest else ""))


def _summary(summary: dict[str, Any], language: Language) -> None:
    items, clustered, found = summary["items"], summary["clustered"], summary["campaigns"]
    _say(
        f"共 {items:,} 条，其中 {clustered:,} 条在 {found:,} 个簇中；"
        f"写出最大的 {summary['explained']:,} 个。",
        f"{items:,} items, {clustered:,} of them in {found:,} campaigns; "
        f"the {summary['explained']:,} largest are written.",
        language,
    )
    if summary["merged"]:
        count = len(summary["merged"])
        _say(
            f"有 {count} 个较早的簇并入了别的簇。",
            f"{count} earlier campaigns are part of another now.",
            language,
        )


def _table(listed: list[dict[str, Any]], language: Language) -> None:
    from rich.table import Table

    names = (
        ("簇", "条数", "写法", "首次", "末次", "共有的文字")
        if language == "zh"
        else ("campaign", "items", "wordings", "first", "last", "text in common")
    )
    table = Table()
    for at, name in enumerate(names):
        table.add_column(name, justify="right" if at < 3 else "left", overflow="fold")
    for one in listed:
        growth = one["growth"] or {"first": "—", "last": "—"}
        table.add_row(
            str(one["campaign"]),
            f"{one['items']:,}",
            f"{one['texts']:,}",
            growth["first"][:16],
            growth["last"][:16],
            _plain((one["common"] or "—")[:120]),
        )
    out().print(table)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(visible(text))


def _detail(one: dict[str, Any], language: Language) -> None:
    _say(f"簇 {one['campaign']}：", f"Campaign {one['campaign']}: ", language, one["because"])
    if one["skeleton"] is not None:
        _say(f"骨架：{one['skeleton']}", f"Skeleton: {one['skeleton']}", language)
        for phrase in one["phrases"]:
            _say(
                f"  {phrase['share']:.0%} 的样本写有：{phrase['text']}",
                f"  {phrase['share']:.0%} of the sample say: {phrase['text']}",
                language,
            )
    for thing in one["things"]:
        words = (thing["kind_words"] or {"zh": thing["kind"], "en": thing["kind"]})[language]
        _say(
            f"共有{words}：{thing['value']}（{thing['items']:,} 条）",
            f"Shared {words}: {thing['value']} ({thing['items']:,} items)",
            language,
        )
    if one.get("sources"):
        named = ", ".join(f"{name} {count:,}" for name, count in one["sources"].items())
        _say(
            f"其中 {one['flagged']:,} 条被标出；来源：{named}",
            f"{one['flagged']:,} of them were flagged; from: {named}",
            language,
        )
    if growth := one["growth"]:
        _say(
            f"首次 {growth['first']}，末次 {growth['last']}。每天：",
            f"First {growth['first']}, last {growth['last']}. A day:",
            language,
        )
        most = max(count for _, count in growth["per_day"])
        for day, count in growth["per_day"][-31:]:
            _say(*(f"  {day} {'█' * max(1, _BAR * count // most)} {count:,}",) * 2, language)
    if spread := one["spread"]:
        largest = spread["largest"]
        _say(
            f"传播：{spread['cascades']:,} 条原帖，{spread['reposts']:,} 次转发，首小时 "
            f"{spread['first_hour']:,} 次，首日 {spread['first_day']:,} 次；最大一条转发 "
            f"{largest['reposts']:,} 次，深 {largest['depth']} 层，"
            f"一层最多 {largest['breadth']:,} 次。",
            f"Spread: {spread['cascades']:,} first posts, passed on {spread['reposts']:,} times, "
            f"{spread['first_hour']:,} within the first hour, {spread['first_day']:,} within a "
            f"day; the largest {largest['reposts']:,} times, {largest['depth']} deep, at most "
            f"{largest['breadth']:,} at one depth.",
            language,
        )
    members = ", ".join(one["members"][:20]) + (" …" if len(one["members"]) > 20 else "")
    _say(f"成员编号：{members}", f"Items: {members}", language)
