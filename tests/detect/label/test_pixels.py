"""`label.visible`: wording, place, height; with lines made by hand, and read where the extra is."""

from __future__ import annotations

import importlib.util
import json
import time
from pathlib import Path

import pytest

from mingjian.detect.contract import NotExaminable, Unavailable
from mingjian.detect.label import pixels
from mingjian.detect.label.pixels import Visible, marks_in
from mingjian.detect.label.pixels_height import drawn_height
from mingjian.detect.label.pixels_wording import known, mark_in, plain
from mingjian.domain.finding import PictureExhibit, TableExhibit
from mingjian.intake.unpack.words import Line, Words, missing
from mingjian.testing import assert_keeps_promise
from mingjian.testing.evidence import evidence_from

_SPEC = importlib.util.spec_from_file_location(
    "pixels_drawn", Path(__file__).with_name("pixels_drawn.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
drawn = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(drawn)

needs_font = pytest.mark.skipif(not drawn.fonts(), reason="no CJK font is installed")
needs_ocr = pytest.mark.skipif(
    missing() is not None or not drawn.fonts(),
    reason="the extra ocr or a CJK font is not installed",
)

# ---- wording ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "AI生成", "AI 生成", "Al生成", "A|生成", "【AI生成】", "人工智能生成", "由AI生成",
        "内容由AI生成", "本图片由人工智能生成", "图片由AI生成，仅供参考",
        "作者声明：内容由AI生成", "作品含AI生成内容", "疑似使用了AI生成技术，请谨慎甄别",
        "该视频使用人工智能合成技术", "笔记含AI合成内容", "豆包AI生成", "0豆包AI生成",
        "✦ 豆包AI生成", "由千问AI生成", "本内容由腾讯混元AI生成", "AI生成合成内容",
        "内容为AI生成",
    ],
)  # fmt: skip
def test_complete_marks(line: str) -> None:
    mark = mark_in(line)
    assert mark is not None
    assert mark.complete


@pytest.mark.parametrize(
    "line",
    ["即梦AI", "可灵AI", "KLING AI", "海螺AI", "智谱清言", "AI作画", "AI绘画", "AI generated"],
)
def test_marks_that_lack_a_required_word_count_only_at_an_edge(line: str) -> None:
    mark = mark_in(line)
    assert mark is not None
    assert not mark.complete
    assert mark.edge_only


@pytest.mark.parametrize("line", ["千间AI生成", "新星AI生成", "由新星AI生成"])
def test_an_unknown_or_misread_product_counts_at_an_edge(line: str) -> None:
    mark = mark_in(line)
    assert mark is not None
    assert mark.complete
    assert mark.edge_only
    assert mark.platform is None


@pytest.mark.parametrize(
    "line", ["一键AI生成", "点击AI生成", "支持AI生成", "不会AI生成", "拒绝AI生成"]
)
def test_a_button_or_a_sentence_is_no_product(line: str) -> None:
    assert mark_in(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "本店不提供AI生成图片", "AI生成图片教程", "如何用AI生成图片", "使用AI生成图片",
        "非AI生成", "禁止上传AI生成内容", "AI生成内容标识办法今日施行", "AI助手",
        "点击AI生成按钮", "本图片非AI生成", "我不用AI作画", "AI生成的图片越来越多",
        "内容由张三生成", "拒绝AI生成", "这是AI生成的吗", "人工智能", "AI", "豆包", "千问",
        "ChatGPT生成", "AIR生成", "SAI生成", "老板用AI生成", "",
    ],
)  # fmt: skip
def test_talk_about_ai_is_no_mark(line: str) -> None:
    assert mark_in(line) is None


def test_every_form_in_the_data_file_is_a_mark_of_its_platform() -> None:
    platforms = known()["platforms"]
    assert len(platforms) >= 12
    for entry in platforms:
        assert entry["verified"] == ("source" in entry)
        for form in (*entry["forms"], *entry["names"]):
            mark = mark_in(form)
            assert mark is not None, form
            assert mark.platform is not None
            assert mark.platform.zh == entry["zh"]
            assert mark.verified is entry["verified"]


@pytest.mark.parametrize(
    "unit", ["AI", "生成", "图片", "由", "请甄别", "A", "1", " ", "，", "不", "仅供参考"]
)
def test_hostile_lines_take_linear_time(unit: str) -> None:
    start = time.process_time()
    mark_in(unit * 500_000)
    for _ in range(200):
        mark_in(("由" + unit * 60)[:60])
        mark_in(("内容由AI生成" + unit * 60)[:60])
    assert time.process_time() - start < 1.0
    assert len(plain(unit * 500_000)) <= 120


# ---- lines made by hand -----------------------------------------------------------------


def line(text: str, left: float, top: float, high: float = 30) -> Line:
    wide = high * len(text)
    return Line(text=text, left=left, top=top, width=wide, height=high, high=high, sure=0.9)


def page(*lines: Line, width: int = 1000, height: int = 800) -> Words:
    return Words(lines=lines, width=width, height=height)


def found(words: Words) -> list[str]:
    return [mark.text for mark, _ in marks_in(words)]


def test_neighbours_in_a_row_are_one_mark() -> None:
    assert found(page(line("AI", 800, 740), line("生成", 870, 742))) == ["AI生成"]
    assert found(page(line("豆包", 780, 740), line("AI生成", 850, 740))) == ["豆包AI生成"]
    assert found(page(line("AI", 100, 740), line("生成", 870, 742))) == []
    assert found(page(line("AI", 800, 740), line("生成", 870, 600))) == []


def test_the_rest_of_a_denial_is_no_mark() -> None:
    assert found(page(line("本店不提供", 100, 700), line("AI生成图片", 100, 740))) == []
    assert found(page(line("本店不提供", 650, 740), line("AI生成", 820, 740))) == []
    assert found(page(line("本店不提供", 100, 100), line("AI生成", 820, 740))) == ["AI生成"]
    assert found(page(line("雪山的日出", 100, 700), line("AI生成", 100, 740))) == ["AI生成"]


def test_bare_names_count_only_at_an_edge_and_not_on_a_page_of_text() -> None:
    assert found(page(line("即梦AI", 850, 750))) == ["即梦AI"]
    assert found(page(line("即梦AI", 450, 400))) == []
    text = [line("今天的天气很好", 100, 60 + 50 * row) for row in range(12)]
    assert found(page(*text, line("即梦AI", 850, 750))) == []
    assert found(page(*text, line("AI生成", 850, 750))) == ["AI生成"]


def judged(monkeypatch: pytest.MonkeyPatch, words: Words, picture: bytes) -> object:
    monkeypatch.setattr(pixels, "missing", lambda: None)
    monkeypatch.setattr(pixels, "words_in", lambda evidence: words)
    (finding,) = Visible({}).examine(evidence_from(picture, "a.jpg")[0])
    return finding


@needs_font
@pytest.mark.parametrize(
    ("share", "place", "height", "where", "edge"),
    [(0.07, "bottom right", "met", "bottom right corner", "met"),
     (0.03, "top left", "not met", "top left corner", "not met height"),
     (0.05, "middle middle", "cannot tell", "middle", "not met")],
)  # fmt: skip
def test_finding_states_each_requirement(
    monkeypatch: pytest.MonkeyPatch, share: float, place: str, height: str, where: str, edge: str
) -> None:
    picture, (left, top, wide, high) = drawn.marked(
        "豆包AI生成", share=share, place=place, kind="plain"
    )
    box = Line(text="豆包AI生成", left=left - 4, top=top - 0.2 * high, width=wide + 8,
               height=1.4 * high, high=1.4 * high, sure=0.99)  # fmt: skip
    finding = judged(monkeypatch, Words(lines=(box,), width=1000, height=750), drawn.saved(picture))
    (mark,) = finding.details["marks"]
    assert (mark["wording"], mark["height"]) == ("met", height)
    assert mark["where"].en == where
    assert mark["place"] == ("not met" if where == "middle" else "met")
    assert mark["platform"].en == "Doubao"
    shown, table = finding.exhibits
    assert isinstance(shown, PictureExhibit)
    assert isinstance(table, TableExhibit)
    assert shown.marks == finding.where
    assert (shown.width, shown.height) == (1000, 750)
    assert "待核验" in finding.because.zh
    assert not finding.quiet


def test_no_mark_is_quiet_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = drawn.saved(drawn.ground("scene", 400, 300, 1))
    finding = judged(monkeypatch, page(line("本店不提供AI生成图片", 10, 10)), picture)
    assert finding.quiet
    assert "proves nothing" in finding.because.en
    assert finding.details["lines"] == 1


def test_a_page_of_text_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = [line("今天的天气很好", 100, 60 + 50 * row) for row in range(12)]
    picture = drawn.saved(drawn.ground("plain", 1000, 800, 1))
    finding = judged(monkeypatch, page(*text, line("AI生成", 850, 750)), picture)
    assert "screenshot" in finding.because.en


@needs_font
def test_heights_are_measured_within_the_tolerance() -> None:
    off = []
    for number in range(24):
        kind = ("plain", "gradient", "scene", "leaves")[number % 4]
        share = 0.03 + 0.01 * (number % 6)
        picture, (left, top, wide, high) = drawn.marked(
            "内容由AI生成", share=share, kind=kind, style="outlined", seed=number, font=number
        )
        rgb = drawn.np.asarray(picture)
        measured = drawn_height(rgb, left - 5, top - 0.2 * high, wide + 10, 1.45 * high)
        if measured is not None:
            off.append(abs(measured / high - 1))
    assert len(off) >= 18
    assert sorted(off)[int(0.9 * len(off))] <= pixels.TOLERANCE


def test_a_restless_ground_cannot_tell() -> None:
    noise = drawn.np.asarray(drawn.ground("noise", 400, 300, 3))
    assert drawn_height(noise, 100, 100, 120, 30) is None
    assert drawn_height(noise, 390, 290, 3, 3) is None


# ---- the extra --------------------------------------------------------------------------


def test_unavailable_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.intake.unpack.words_model import MISSING

    monkeypatch.setattr(pixels, "missing", lambda: MISSING)
    with pytest.raises(Unavailable, match=r"mingjian\[ocr\]"):
        Visible({})


@needs_ocr
def test_marks_are_read_from_pixels_and_ordinary_talk_is_not_one() -> None:
    detector = Visible({})
    read = 0
    # Six with a height of 3 percent or more, as JPEG.
    drawings = [one for one in drawn.samples(drawn.MARKS, 24, 3) if one["share"] >= 0.03][:6]
    for sample in drawings:
        picture, _ = drawn.marked(**sample)
        (finding,) = detector.examine(evidence_from(drawn.saved(picture), "a.jpg")[0])
        json.dumps(finding.details, default=str)
        read += not finding.quiet
    assert read >= 5
    talk = drawn.page(["本店不提供AI生成图片", "AI生成图片教程第三讲", "本店不提供", "AI生成图片"])
    (finding,) = detector.examine(evidence_from(drawn.saved(talk), "talk.jpg")[0])
    assert finding.quiet
    assert finding.details["lines"] == 4


@needs_ocr
def test_promise_with_the_extra() -> None:
    picture, _ = drawn.marked("豆包AI生成", width=640, height=480, share=0.07)
    assert_keeps_promise(Visible, [drawn.saved(picture)], arbitrary=20)


@needs_ocr
def test_what_is_no_picture_is_not_examinable() -> None:
    with pytest.raises(NotExaminable):
        list(Visible({}).examine(evidence_from(b"\x89PNG\r\n\x1a\n" + bytes(40), "a.png")[0]))
