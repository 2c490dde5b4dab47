"""Scales: reading with clear errors, the map itself, populations, research data, digests."""

import json
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_scales import document, finding, scale

from mingjian.weigh.scale import Scale, ScaleError, load_scales
from mingjian.weigh.scale_file import OPTIONAL, REQUIRED, parse

FINITE = st.floats(allow_nan=False, allow_infinity=False)
KNOTS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-8, 8)), min_size=1, max_size=20).map(
    lambda pairs: [
        [x, y]
        for x, y in zip(sorted({p[0] for p in pairs}), sorted(p[1] for p in pairs), strict=False)
    ]
)


@given(KNOTS, st.floats(-6, 0), st.floats(0, 6), st.lists(FINITE, min_size=2))
def test_the_map_is_monotone_and_bounded(knots, low, high, scores):
    made = scale(knots=knots, bounds=[low, high])
    values = [made.at(score) for score in sorted(scores)]
    assert values == sorted(values)
    assert all(low <= value <= high for value in values)


@given(KNOTS)
def test_a_knot_inside_the_bounds_keeps_its_value(knots):
    made = scale(knots=knots, bounds=[-9, 9])
    assert [made.at(x) for x, _ in knots] == pytest.approx([y for _, y in knots])


def test_linear_between_knots_flat_beyond():
    made = scale(bounds=[-9, 9])
    assert made.at(0.5) == -1.0
    assert made.at(1.5) == 1.5
    assert (made.at(-100), made.at(100)) == (-2.0, 3.0)


def test_ratio_carries_bounds_scale_and_flag():
    ratio = scale().ratio(finding(1.5))
    assert (ratio.log10_lr, ratio.lr_bounds, ratio.opinion) == (1.5, (-1.5, 2.5), True)
    assert ratio.scale == "test.ink@1"
    assert ratio.flagged
    assert scale().ratio(finding(1.2)).flagged
    assert not scale().ratio(finding(1.19)).flagged
    assert not scale(threshold=None).ratio(finding(9.0)).flagged
    assert "bound" in scale().ratio(finding(99.0)).why.en


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (finding(None), "a fact"),
        (finding(nan), "finite"),
        (finding(inf), "finite"),
        (finding(1.0, proposition="test.other"), "another proposition"),
        (finding(1.0, proposition=None), "another proposition"),
        (finding(1.0, context={"language": "fr", "length": 50.0}), "language is fr"),
        (finding(1.0, context={"length": 50.0}), "language is not known"),
        (finding(1.0, context={"language": "zh", "length": 9.0}), "length is 9.0"),
        (finding(1.0, context={"language": "zh", "length": "50"}), "length is 50"),
        (finding(1.0, context={"language": "zh", "length": nan}), "length is nan"),
    ],
)
def test_no_opinion_with_its_reason(made, said):
    population = {"language": ["zh", "en"], "length": {"min": 10, "max": 4000}}
    ratio = scale(population=population).ratio(made)
    assert (ratio.opinion, ratio.log10_lr, ratio.lr_bounds) == (False, 0.0, (0.0, 0.0))
    assert not ratio.flagged
    assert said in ratio.why.en
    assert ratio.why.zh


def test_inside_the_population():
    population = {"language": ["zh", "en"], "length": {"min": 10, "max": 4000}}
    inside = finding(1.5, context={"language": "zh", "length": 10.0, "more": "x"})
    assert scale(population=population).ratio(inside).opinion


def test_a_scale_no_better_than_nothing_gives_no_opinion():
    assert not scale(metrics={"pooled": {"cllr": 1.0}}).ratio(finding()).opinion
    assert not scale(withheld={"zh": "不用", "en": "not used"}).ratio(finding()).opinion


def test_research_scales_can_be_turned_off():
    made = document(research=True)
    assert Scale.from_json(made).ratio(finding()).opinion
    off = Scale.from_json(made, research=False).ratio(finding())
    assert not off.opinion
    assert "non-commercial" in off.why.en
    assert Scale.from_json(document(), research=False).ratio(finding()).opinion


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"format": "mingjian.scale/2"}, "format"),
        ({"extra": 1}, "unknown: extra"),
        ({"knots": []}, "knots"),
        ({"knots": [[0, 1], [0, 2]]}, "knots[1]"),
        ({"knots": [[0, 1], [1, 0.5]]}, "knots[1]"),
        ({"knots": [[0, 1, 2]]}, "knots[0]"),
        ({"knots": [[0, "1"]]}, "knots[0][1]"),
        ({"knots": [[0, True]]}, "knots[0][1]"),
        ({"knots": [[0, 10**400]]}, "knots[0][1]"),
        ({"bounds": [1, 2]}, "bounds"),
        ({"bounds": [-1, nan]}, "bounds[1]"),
        ({"threshold": "1"}, "threshold"),
        ({"method": "guess"}, "method"),
        ({"group": ""}, "group"),
        ({"population": {"language": []}}, "population.language"),
        ({"population": {"length": {"least": 1}}}, "population.length"),
        ({"population": {"length": {"min": 2, "max": 1}}}, "population.length"),
        ({"research": 0}, "research"),
        ({"metrics": {}}, "metrics.pooled"),
        ({"data_sha256": "F" * 64}, "data_sha256"),
        ({"signal": " "}, "signal"),
        ({"members": {"test.a": 1.0}}, "members"),
        ({"signal": "fusion.test.marked"}, "members"),
        ({"signal": "fusion.test.marked", "members": {"test.a": -1.0}}, "members"),
    ],
)
def test_a_wrong_field_is_named(changes, named):
    with pytest.raises(ScaleError) as raised:
        scale(**changes)
    assert named in str(raised.value)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_field_is_named(name):
    made = document()
    del made[name]
    with pytest.raises(ScaleError, match=f"missing: {name}"):
        Scale.from_json(made)


def test_counts_must_add_up():
    reference = {**document()["reference"], "n_h1": 401}
    with pytest.raises(ScaleError, match="add up"):
        scale(reference=reference)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from((*REQUIRED, *OPTIONAL)), JSON_VALUES)
def test_any_value_is_read_or_refused(name, value):
    try:
        made = scale(**{name: value})
    except ScaleError:
        return
    assert made.bounds[0] <= made.ratio(finding()).log10_lr <= made.bounds[1]


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(ScaleError):
        Scale.from_json(parse(data))


def test_load_scales_by_signal_with_digest(tmp_path):
    first, second = tmp_path / "a.scale.json", tmp_path / "b.scale.json"
    first.write_text(json.dumps(document(population={"language": ["zh"]})), "utf-8")
    second.write_text(json.dumps(document(version="2", population={"language": ["en"]})), "utf-8")
    loaded = load_scales([first, second, first])
    assert [made.version for made in loaded["test.ink"]] == ["1", "2"]
    assert loaded["test.ink"][0].digest != loaded["test.ink"][1].digest


def test_one_flipped_byte_changes_the_digest_or_is_refused(tmp_path):
    file = tmp_path / "a.scale.json"
    data = json.dumps(document()).encode()
    file.write_bytes(data)
    before = load_scales([file])["test.ink"][0].digest
    for at in range(0, len(data), 37):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            loaded = load_scales([file])
        except ScaleError:
            continue
        (found,) = loaded.values()
        assert found[0].digest != before


def test_a_refused_file_is_named(tmp_path):
    file = tmp_path / "a.scale.json"
    file.write_bytes(b"{}")
    with pytest.raises(ScaleError, match=r"a\.scale\.json: missing"):
        load_scales([file])
