"""The validation of labelled rows, and its report."""

import itertools
import json
import xml.etree.ElementTree as ET
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_scales import PAIR

from mingjian.weigh.validate.drawing import BOTTOM, HEIGHT, TOP
from mingjian.weigh.validate.plots import ece_plot, histogram, pav_plot, tippett_plot
from mingjian.weigh.validate.report import report_html, report_json
from mingjian.weigh.validate.run import LabelledRowsError, Outcome, validate, validate_rows


def rows_of_scores(n=400):
    rng = np.random.default_rng(5)
    for i in range(n):
        h1 = i % 3 == 0
        yield {
            "score": str(rng.normal() + 2 * h1),
            "label": "H1" if h1 else "h2",
            "source": f"<{i % 4}>&",
        }


def test_given_weights_are_measured_as_they_are():
    rows = [
        (2.0, True, True, 1, "a"),
        (-1.0, True, False, 0, "a"),
        (0.0, False, False, 1, "b"),
        (1.0, True, True, 0, "b"),
    ]
    found = validate(rows)
    assert (found.pooled.n_h1, found.pooled.no_opinion_h1) == (2, 1)
    assert found.pooled.misleading_h2 == 0.5
    assert found.pooled.frozen_fpr == 0.5
    assert found.by_source["a"].misleading_h2 == 0.0
    assert found.by_source["b"].cllr is None


def test_strings_as_from_csv_and_defaults():
    rows = [
        {"log10_lr": "2", "opinion": "true", "flagged": "True", "label": "1", "source": "a"},
        {"log10_lr": "-1", "opinion": "1", "flagged": "0", "label": "h2", "source": "a"},
        {"log10_lr": "", "opinion": "false", "flagged": "", "label": "0", "source": "b"},
    ]
    rows[2]["flagged"] = "false"
    outcome = validate_rows(rows, proposition="test.marked")
    assert outcome.scale is None
    assert outcome.validation.pooled.no_opinion_h2 == 1
    plain = [{"log10_lr": 1.0, "label": True, "source": "a"}]
    assert validate_rows(plain, proposition="p").validation.pooled.frozen_tpr == 0.0


def test_scores_are_fitted_and_measured_held_out():
    outcome = validate_rows(rows_of_scores(), proposition="test.marked")
    assert outcome.scale["signal"] == "test.marked.score"
    assert outcome.scale["metrics"]["pooled"] == outcome.validation.pooled.as_json()
    assert set(outcome.validation.by_source) == {f"<{i}>&" for i in range(4)}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"log10_lr": 1, "label": "maybe", "source": "a"}, "row 2: label"),
        ({"log10_lr": 1, "label": 1}, "row 2: source"),
        ({"log10_lr": "x", "label": 1, "source": "a"}, "row 2: log10_lr"),
        ({"log10_lr": nan, "label": 1, "source": "a"}, "row 2: log10_lr"),
        ({"log10_lr": 1, "label": 1, "source": "a", "opinion": "?"}, "row 2: opinion"),
    ],
)
def test_a_bad_row_is_named(row, said):
    good = {"log10_lr": 1.0, "label": 1, "source": "a"}
    with pytest.raises(LabelledRowsError, match=said):
        validate_rows([good, row], proposition="p")


def test_nothing_to_measure():
    with pytest.raises(LabelledRowsError, match="no labelled rows"):
        validate([])
    with pytest.raises(LabelledRowsError, match="score"):
        validate_rows([{"label": 1, "source": "a"}], proposition="p")
    with pytest.raises(LabelledRowsError, match="row 1"):
        validate([(nan, True, False, 1, "a")])


LLR = st.one_of(st.floats(-12, 12), st.sampled_from([-inf, inf]))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(LLR, st.booleans(), st.booleans(), st.booleans(), st.text(max_size=3)),
             min_size=1, max_size=12),
    st.sampled_from(["zh", "en"]),
)  # fmt: skip
def test_a_report_of_any_rows(rows, language):
    outcome = Outcome(validation=validate(rows))
    page = report_html(outcome, proposition=PAIR, language=language)
    silent = sum(not opinion for _, opinion, *_ in rows)
    said = (
        f"其中 {silent} 个不发表意见" if language == "zh" else f"{silent} of them with no opinion"
    )
    assert said in page
    assert "nan" not in page.split("</style>")[1]
    json.loads(report_json(outcome, proposition=PAIR.id))


def test_the_report_is_self_contained_and_escapes():
    outcome = validate_rows(rows_of_scores(), proposition="test.marked")
    page = report_html(
        outcome, proposition=PAIR, language="en", about={"<file>": "<script>alert(1)</script>"}
    )
    assert "<script" not in page
    assert "<0>" not in page
    assert "&lt;0&gt;&amp;" in page
    for outside in ("src=", "href=", "@import", "url("):
        assert outside not in page
    assert page.count("<svg") == 4 * 5


@pytest.mark.parametrize("plot", [pav_plot, tippett_plot, ece_plot, histogram])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_plots_are_svg_inside_their_frame(plot, language):
    llrs = np.array([inf, 2.0, 0.3, -0.2, -inf, -3.0, 0.4, 40.0])
    is_h1 = np.array([True, True, True, True, False, False, False, False])
    root = ET.fromstring(plot(llrs, is_h1, language))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    lines = [e for e in root if e.tag.endswith("polyline") and e.attrib["points"]]
    assert lines or plot is histogram
    for line in lines:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_tippett_draws_the_share_at_or_above():
    drawn = tippett_plot(np.array([0.5, -0.5]), np.array([True, False]), "en")
    root = ET.fromstring(drawn)
    h1 = next(e for e in root if e.attrib.get("stroke") == "#a93226" and "points" in e.attrib)
    points = [tuple(map(float, p.split(","))) for p in h1.attrib["points"].split()]
    assert points[0][1] == TOP
    assert points[-1][1] == HEIGHT - BOTTOM
    falls = [x for (x, y), (_, after) in itertools.pairwise(points) if y != after]
    middle = (points[0][0] + points[-1][0]) / 2
    assert len(falls) == 1
    assert falls[0] == pytest.approx(middle + (points[-1][0] - middle) / 2, abs=1.5)
