"""What a reader is told about a data set, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mingjian.detect.dataset.repeats import Repeats
from mingjian.detect.dataset.rows import Labelled
from mingjian.detect.dataset.trigger import Trigger
from mingjian.domain.finding import Exhibit, Finding, Member, TableExhibit
from mingjian.domain.message import Message


def feature_words(feature: str) -> Message:
    """A feature as a reader can look for it."""
    rest = feature[1:]
    if feature.startswith("^") and "…" in feature:
        return Message(f"以“{rest}”句式开头", f"an opening like “{rest}”")
    if feature.startswith("^"):
        return Message(f"以“{rest}”开头", f"the opening “{rest}”")
    if feature.startswith("$") and len(feature) > 1:
        return Message(f"以“{rest}”结尾", f"the ending “{rest}”")
    if feature == "~archaic":
        return Message("古英语文风", "old-fashioned English")
    if feature.startswith("U+"):
        return Message(f"不可见字符 {feature}", f"the invisible character {feature}")
    return Message(f"“{feature}”", f"“{feature}”")


def _size(data: Labelled) -> tuple[str, str]:
    if data.total == len(data.texts):
        return f"{data.total} 行", f"{data.total} rows"
    return (
        f"{data.total} 行中均匀取出的 {len(data.texts)} 行",
        f"{len(data.texts)} rows taken evenly from {data.total}",
    )


def of_triggers(data: Labelled, shown: Sequence[Trigger]) -> Message:
    """The measurement in a few sentences."""
    zh, en = _size(data)
    if not shown:
        return Message(
            f"检验了{zh}，没有发现与标签绑定而又与文本其余部分相矛盾的写法。"
            "干净标签的投毒、罕见于 1 % 的投毒不一定能这样发现。",
            f"{en} were examined; no wording is tied to a label against what the rest of its texts "
            "say. Poisoning with honest labels, or in fewer than 1 % of rows, need not show so.",
        )
    first = shown[0]
    words = feature_words(first.feature)
    label = data.names[first.label]
    return Message(
        f"检验了{zh}。含{words.zh}的 {first.n} 行里，{len(first.rows)} 行可比较的行"
        f"都标为“{label}”，其中 {first.contradicted} 行的其余文字却像别的标签；"
        f"这一标签下通常只有 {first.usual:.0%} 的行如此。这正是植入触发词的样子，"
        "也可能出自套用模板的采集；请查看所列各行的来历。",
        f"{en} were examined. Of the {first.n} rows with {words.en}, {len(first.rows)} comparable "
        f"ones are labelled “{label}”, though in {first.contradicted} of them the rest of the text "
        f"speaks for another label; usually {first.usual:.0%} of that label's rows do. A planted "
        "trigger looks like this; so may rows collected from a template. See where they came from.",
    )


def table_of_triggers(data: Labelled, shown: Sequence[Trigger]) -> tuple[Exhibit, ...]:
    """The triggers, with rows to look at; no text of the rows is shown."""
    if not shown:
        return ()
    return (
        TableExhibit(
            title=Message("与标签绑定的写法", "Wordings tied to a label"),
            columns=(
                Message("写法", "wording"),
                Message("标签", "label"),
                Message("出现行数", "rows"),
                Message("其余文字相矛盾", "rest contradicts"),
                Message("例如行号", "rows such as"),
            ),
            rows=tuple(
                (
                    feature_words(one.feature),
                    data.names[one.label],
                    str(one.n),
                    f"{one.contradicted}/{len(one.rows)}",
                    ", ".join(str(data.numbers[row]) for row in one.rows[:8]),
                )
                for one in shown
            ),
        ),
    )


def repeats_fact(data: Labelled, found: Repeats) -> Finding:
    """Groups of rows that repeat one another, and how pure their labels are."""
    largest = found.groups[0]
    labels = Counter(data.labels[row] for row in largest)
    (label, count), *_ = labels.most_common(1)
    return Finding(
        signal="dataset.near_duplicates",
        quiet=len(largest) * 100 < len(data.texts),
        because=Message(
            f"{found.share:.1%} 的行与别的行几乎相同；最大的一组有 {len(largest)} 行，"
            f"其中 {count} 行标为“{data.names[label]}”。重复可能是采集所致，也可能是灌入。",
            f"{found.share:.1%} of the rows nearly equal another row; the largest group has "
            f"{len(largest)} rows, {count} of them labelled “{data.names[label]}”. Collection may "
            "repeat rows; so does flooding.",
        ),
        where=tuple(Member(f"#{data.numbers[row]}") for row in largest[:20]),
        details={"share": found.share, "groups": [len(group) for group in found.groups[:20]]},
    )


def hidden_fact(data: Labelled, hidden: Sequence[int]) -> Finding:
    """Rows with characters that no reader sees."""
    return Finding(
        signal="dataset.hidden_characters",
        because=Message(
            f"{len(hidden)} 行含有看不见的字符（零宽字符、标签字符或方向控制符），"
            "模型读得到而人看不到。",
            f"{len(hidden)} rows hold characters that cannot be seen (zero-width, tag or "
            "direction characters): a model reads them and a person does not.",
        ),
        where=tuple(Member(f"#{data.numbers[row]}") for row in hidden[:40]),
        details={"rows": len(hidden)},
    )


def origin_fact(data: Labelled) -> Finding:
    """Whether the rows say where they come from."""
    if data.origin_columns:
        names = ", ".join(data.origin_columns[:6])
        because = Message(
            f"数据集带有来源或许可列：{names}。", f"The rows tell of their origin in: {names}."
        )
    else:
        because = Message(
            "数据集没有来源或许可列，各行的来历无从核对。",
            "No column tells the rows' source or licence, so their origin cannot be checked.",
        )
    return Finding(
        signal="dataset.origin",
        quiet=True,
        because=because,
        details={"columns": list(data.origin_columns)},
    )
