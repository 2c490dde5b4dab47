"""The detector: what it reports, in which words, on which evidence."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.detect.contract import DetectorSignal
from mingjian.detect.privacy.hit import Hit, kinds
from mingjian.detect.privacy.personal_information import PersonalInformation
from mingjian.detect.privacy.stream import stretches
from mingjian.detect.privacy.tally import Tally
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.intake.content import BytesContent
from mingjian.testing import evidence_from, text_evidence
from mingjian.weigh.scale import load_scales

ID = "11010519491231002X"
ROW = "张三,11010519491231002X,13800138000,北京市海淀区中关村大街27号"
FOLDER = Path(__file__).parents[3] / "src/mingjian/detect/privacy"


def findings(evidence: Evidence) -> dict[str, Finding]:
    return {finding.signal: finding for finding in PersonalInformation({}).examine(evidence)}


def streamed(data: bytes, format: str = "csv") -> Evidence:
    """Evidence too large to carry its text."""
    return Evidence(
        sha256="",
        sm3="",
        size=len(data),
        path="leak",
        identity=Identity(kind=EvidenceKind.DATASET, format=format, encoding="utf-8"),
        content=BytesContent(data),
    )


def test_a_form_is_measured_counted_and_classified() -> None:
    found = findings(
        text_evidence(f"姓名：张三\n身份证号：{ID}\n手机：13800138000\n手机：13800138000\n")
    )
    exposure = found["privacy.exposure"]
    assert exposure.proposition == "privacy.exposed"
    assert not exposure.quiet
    assert exposure.details["counts"] == {"mobile": 1, "name": 1, "resident_id": 1}
    assert exposure.details["occurrences"] == {"mobile": 2, "name": 1, "resident_id": 1}
    classes = found["privacy.class_counts"].details["classes"]
    assert classes["other"] == {"items": 3, "records": 1, "threshold": 5000}
    assert classes["core"]["threshold"] == 50
    assert classes["sensitive"]["threshold"] == 500


def test_nothing_found_is_reported_as_a_low_measurement() -> None:
    found = findings(text_evidence("明天下午三点开会，带好报告。"))
    assert list(found) == ["privacy.exposure"]
    assert found["privacy.exposure"].score == 0.0
    assert found["privacy.exposure"].quiet


def test_nothing_that_is_shown_identifies_anybody() -> None:
    evidence = text_evidence(
        f"姓名：欧阳娜娜 {ID} 13800138000 6222021234567890128 a.person@example.org"
    )
    shown = repr(list(PersonalInformation({}).examine(evidence)))
    for value in ("欧阳娜娜", ID, "13800138000", "6222021234567890128", "a.person@"):
        assert value not in shown
    assert "138****8000" in shown


def test_business_pages_are_quiet() -> None:
    pages = json.loads(Path(__file__).with_name("benign_pages.json").read_text("utf-8"))["pages"]
    (scale,) = load_scales([FOLDER / "privacy.exposure.scale.json"])["privacy.exposure"]
    for page in pages:
        exposure = findings(text_evidence(page))["privacy.exposure"]
        assert exposure.score == 0.0
        ratio = scale.ratio(exposure)
        assert not ratio.flagged
        assert ratio.log10_lr <= 0.0


def test_markers_of_protected_records_go_to_their_class() -> None:
    text = "患者李明，身份证11010519491231002X，诊断：艾滋病，余额：5000元，车次：G1234"
    classes = findings(text_evidence(text))["privacy.class_counts"].details["classes"]
    assert classes["sensitive"]["items"] == 1
    assert classes["core"]["items"] == 2
    assert classes["core"]["records"] == 1


def test_classes_and_thresholds_are_those_of_the_article() -> None:
    by_class = {name: set() for name in ("core", "sensitive", "other")}
    for kind in kinds().values():
        if kind.legal_class is not None and kind.verified:
            by_class[kind.legal_class].add(kind.id)
    assert by_class["core"] == {"whereabouts", "message_content", "credit", "property"}
    assert by_class["sensitive"] == {"accommodation", "call_record", "health", "transaction"}
    assert {"resident_id", "mobile", "name", "address"} <= by_class["other"]


def test_same_item_counts_once_however_it_is_written() -> None:
    text = "电话 13800138000，再打 138-0013-8000，或 +86 138 0013 8000"
    assert findings(text_evidence(text))["privacy.exposure"].details["counts"] == {"mobile": 1}


def test_rows_of_a_table_are_records() -> None:
    text = "姓名,身份证号,手机,住址\n" + "".join(
        f"张{'三四五六七'[i]},,1380013800{i},北京市海淀区中关村大街{i + 1}号\n" for i in range(5)
    )
    classes = findings(text_evidence(text))["privacy.class_counts"].details["classes"]
    assert classes["other"]["records"] == 5
    assert classes["other"]["items"] == 15


def test_a_row_that_lacks_an_item_does_not_pair_those_of_two_persons() -> None:
    rows = [(f"张{'三四五六七'[i]}", f"1380013800{i}") for i in range(5)]
    lines = "".join(f"{name},{mobile}\n" for name, mobile in [("", "13900139000"), *rows])
    found = findings(text_evidence(f"姓名,手机\n{lines}{lines}"))
    classes = found["privacy.class_counts"].details["classes"]
    assert classes["other"]["records"] == 6  # the second time they are the same


def test_streamed_equals_whole() -> None:
    text = ("姓名,身份证号,手机,住址\n" + f"{ROW}\n" * 40_000) + "李四,,13900139000,无\n"
    whole = findings(text_evidence(text, EvidenceKind.DATASET))["privacy.exposure"]
    parts = findings(streamed(text.encode()))["privacy.exposure"]
    assert parts.details["counts"] == whole.details["counts"]
    assert parts.details["occurrences"] == whole.details["occurrences"]


def test_one_endless_line_is_not_cut_through_an_item() -> None:
    text = f"{ID},13800138000;" * 60_000
    pieces = list(stretches(streamed(text.encode(), "jsonl")))
    assert len(pieces) > 1
    assert "".join(piece for _, piece in pieces) == text
    counts = findings(streamed(text.encode(), "jsonl"))["privacy.exposure"].details
    assert counts["occurrences"] == {"mobile": 60_000, "resident_id": 60_000}


def test_parquet_rows_are_read_under_their_column_names(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "t.parquet"
    duckdb.sql(
        f"copy (select '张三' as 姓名, '{ID}' as 身份证号, '老王家隔壁12号' as 住址) "
        f"to '{path}' (format parquet)"
    )
    root = evidence_from(path.read_bytes(), "t.parquet")[0]
    assert root.kind is EvidenceKind.DATASET
    counts = findings(root)["privacy.exposure"].details["counts"]
    assert counts == {"address": 1, "name": 1, "resident_id": 1}


def test_memory_for_repetition_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.detect.privacy.tally.REMEMBERED", 3)
    tally = Tally()
    tally.add([Hit("mobile", i, i + 1, str(i)) for i in range(5)], "abcdef", 0)
    tally.finish()
    assert tally.capped
    assert tally.distinct["mobile"] == 3
    assert tally.total["mobile"] == 5


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["csv", "jsonl", "parquet", "json", "tsv"]))
def test_arbitrary_bytes_raise_only_what_the_contract_allows(data: bytes, format: str) -> None:
    with suppress(DetectorSignal):
        list(PersonalInformation({}).examine(streamed(data, format)))
