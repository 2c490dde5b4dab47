"""What a reader is told about a data set, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mingjian.detect.dataset.repeats import Repeats
from mingjian.detect.dataset.rows import Labelled
from mingjian.detect.dataset.shown import passage, without_numbers
from mingjian.detect.dataset.trigger import Trigger
from mingjian.detect.dataset.wordings import CLAUSES
from mingjian.domain.finding import Exhibit, Finding, Member, TableExhibit
from mingjian.domain.message import Message

PASSAGES = 3


def feature_words(feature: str) -> Message:
    """A feature as a reader can look for it."""
    feature = without_numbers(feature)
    rest = feature[1:]
    if feature == CLAUSES:
        return Message("以从句开头的句式（“当…时，”）", "an opening clause (“when … ,”)")
    if feature.startswith("^") and "…" in feature:
        return Message(f"以“{rest}”句式开头", f"an opening like “{rest}”")
    if feature.startswith("^"):
        return Message(f"以“{rest}”开头", f"the opening “{rest}”")
    if feature.startswith("~archaic"):
        return Message("古英语文风", "old-fashioned English")
    if feature.startswith("~classical"):
        return Message("文言文风", "classical Chinese style")
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
            f"检验了{zh}，没有哪种写法像多数植入的触发词那样明显地与标签绑定、"
            "又与所在文本不相容。"
            "干净标签的投毒、少于约 10 行的植入不一定能这样发现。",
            f"{en} were examined; no wording is tied to a label, and foreign to the texts it "
            "stands in, as clearly as most planted ones are. Poisoning with honest labels, or of "
            "fewer than about 10 rows, need not "
            "show so.",
        )
    first = shown[0]
    words = feature_words(first.feature)
    label = data.names[first.label]
    more_zh = f"同一标签下另有 {len(shown) - 1} 种这样的写法。" if len(shown) > 1 else ""
    more_en = f"{len(shown) - 1} more such wordings go with that label. " if len(shown) > 1 else ""
    return Message(
        f"检验了{zh}。含{words.zh}的 {first.n} 行里，{first.k} 行标为“{label}”"
        f"（若与写法无关，应约为 {first.expected:.0f} 行）；其中 {first.contradicted} 行的"
        f"其余文字却像别的标签，而且这一写法与前后文无关。{more_zh}"
        "植入的触发词就是这个样子，也可能出自套用模板的采集；请查看所列各行的来历。",
        f"{en} were examined. Of the {first.n} rows with {words.en}, {first.k} are labelled "
        f"“{label}” (about {first.expected:.0f}, did the wording not matter), though in "
        f"{first.contradicted} of them the rest of the text speaks for another label, and the "
        f"wording does not hang together with what stands around it. {more_en}"
        "A planted trigger looks like this; so may rows collected from a template. See where "
        "they came from.",
    )


def exhibits_of(data: Labelled, shown: Sequence[Trigger]) -> tuple[Exhibit, ...]:
    """The triggers with rows to look at, and up to three passages with the first marked."""
    if not shown:
        return ()
    table = TableExhibit(
        title=Message("与标签绑定的写法", "Wordings tied to a label"),
        columns=(
            Message("写法", "wording"),
            Message("标签", "label"),
            Message("出现行数", "rows"),
            Message("带该标签", "with the label"),
            Message("按常理", "expected"),
            Message("其余文字相矛盾", "rest contradicts"),
            Message("例如行号", "rows such as"),
        ),
        rows=tuple(
            (
                feature_words(one.feature),
                data.names[one.label],
                str(one.n),
                str(one.k),
                f"{one.expected:.0f}",
                f"{one.contradicted}/{one.k}",
                ", ".join(str(data.numbers[row]) for row in one.rows[:8]),
            )
            for one in shown
        ),
    )
    passages = []
    for one in shown[:PASSAGES]:
        for row in one.rows[: PASSAGES if len(shown) == 1 else 1]:
            number = data.numbers[row]
            title = Message(
                f"第 {number} 行，标为“{data.names[one.label]}”",
                f"Row {number}, labelled “{data.names[one.label]}”",
            )
            exhibit = passage(title, data.texts[row], one.words)
            if exhibit is not None:
                passages.append(exhibit)
    return (table, *passages[:PASSAGES])


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
