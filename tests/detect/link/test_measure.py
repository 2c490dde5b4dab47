"""The parts of the measurement: trees, spellings, named numbers, what judgement adds."""

from __future__ import annotations

import numpy as np

from mingjian.detect.link.address import Address, read_address
from mingjian.detect.link.features import NAMES, Measured, judged, measure
from mingjian.detect.link.net import Net
from mingjian.detect.link.spelling import Spelling, buckets, quantised
from mingjian.detect.link.trees import Trees, as_arrays


def taken(text: str) -> tuple[Address, Measured]:
    address = read_address(text)
    assert address is not None
    return address, measure(address)


def test_trees_lead_to_the_leaves_of_the_dump() -> None:
    dumped = [
        {
            "tree_structure": {
                "split_feature": 1,
                "threshold": 0.5,
                "left_child": {"leaf_value": -1.0},
                "right_child": {
                    "split_feature": 0,
                    "threshold": 2.0,
                    "left_child": {"leaf_value": 3.0},
                    "right_child": {"leaf_value": 5.0},
                },
            }
        },
        {"tree_structure": {"leaf_value": 0.25}},
    ]
    trees = Trees.of(as_arrays(dumped, 3))
    for numbers, value in (([9.0, 0.5], -1.0), ([2.0, 1.0], 3.0), ([2.1, 1.0], 5.0)):
        assert trees.measure(numbers) == value + 0.25


def test_spelling_is_the_sum_of_weights_over_the_root() -> None:
    weights = np.zeros(1 << 10)
    found = buckets("^abcd$", 1 << 10)
    assert found.size == 5 + 4 + 3 + 2 + 1
    weights[found] = 1.0
    spelling = Spelling.of({**quantised(weights, "host"), **quantised(-weights[:512], "path")})
    host, path = spelling.measure("^abcd$", "")
    assert abs(host - 15 / 15**0.5) < 1e-9
    assert path == 0.0
    assert buckets("ab", 1 << 10).size == 0


def test_host_and_path_are_spelt_as_if_alone() -> None:
    draw = np.random.default_rng(5)
    tables = {
        **quantised(draw.normal(size=1 << 10), "host"),
        **quantised(draw.normal(size=1 << 8), "path"),
    }
    spelling = Spelling.of(tables)
    for host, path in (("^a-b$", "^/c/0$"), ("^a", "^/c/0$"), ("^a-b$", "/x"), ("", "^/é𝕏$")):
        alone = []
        for name, text in (("host", host), ("path", path)):
            weights = tables[f"{name}_weights"].astype(int)
            found = buckets(text, weights.size)
            alone.append(
                tables[f"{name}_step"][0] * weights[found].sum() / max(1, found.size) ** 0.5
            )
        assert np.allclose(spelling.measure(host, path), alone)


def test_trees_end_where_a_walk_ends() -> None:
    draw = np.random.default_rng(6)
    feature = draw.integers(0, 6, (40, 31))
    threshold = draw.integers(0, 4, (40, 31)) / 2
    threshold[draw.random((40, 31)) < 0.2] = np.inf
    value = draw.normal(size=(40, 32))
    trees = Trees.of({"feature": feature, "threshold": threshold, "value": value})
    for numbers in draw.integers(0, 5, (50, 6)) / 2:
        total = 0.0
        for tree in range(40):
            at = 0
            while at < 31:
                at = 2 * at + 1 + (numbers[feature[tree, at]] > threshold[tree, at])
            total += value[tree, at - 31]
        assert abs(trees.measure(numbers.tolist()) - total) < 1e-9
        host, path = numbers[:4].tolist(), numbers[4:].tolist()
        parted = trees.left_open(host) & trees.left_open(path, 4)
        assert trees.summed(parted) == trees.measure(numbers.tolist())


def test_every_number_has_a_name_and_is_finite() -> None:
    for text in (
        "a.cn",
        "http://1.2.3.4:81/a//b.php?x=1#y",
        "http://xn--80ak6aa92e.com",
        "localhost",
    ):
        numbers = taken(text)[1].numbers
        assert len(numbers) == len(NAMES)
        assert np.isfinite(numbers).all()


def test_a_bare_host_has_the_numbers_of_no_path() -> None:
    bare, slash = taken("http://a-b.example.com")[1], taken("http://a-b.example.com/")[1]
    assert bare.numbers == slash.numbers


def test_parts_of_a_path() -> None:
    def told(text: str, *names: str) -> list[float]:
        return [taken(text)[1].numbers_named(name) for name in names]

    assert told("http://a.example/js/docs/gdoc/gdoc/", "repeated", "folders", "documents") == [
        2,
        1,
        3,
    ]
    drawn = "654b2c5ee0811adf67f94be411ddd002"
    assert told(f"http://a.example/{drawn}/", "long_hex", "uuid", "longest_part") == [32, 0, 32]
    assert told("http://a.example/b/box.com/", "domain_inside", "short_parts") == [1, 1]
    assert told("http://a.example/TqJwbsDm", "mixed_case") == [1]
    assert told("http://a.example/images", "folders", "ends_in_folder") == [0, 1]
    assert told("http://a.example/8F14E45F-CEEA-467F-9C2E-1/%20", "uuid", "encoded") == [1, 1]


def test_what_judgement_adds() -> None:
    assert judged(0.0, *taken("http://www.taobao.com@abcd.example/")) == 3.0
    assert judged(0.0, *taken("http://0x7f000001/")) == 3.0
    assert judged(0.0, *taken("http://user@abcd.example/")) == 0.0
    assert judged(-9.0, *taken("https://bit.ly/abc")) == -0.5
    plain = taken("https://abcd.example/")
    assert judged(2.0, *plain) == 2.0
    # Order is kept below the point from which differences count less.
    assert judged(-9.0, *plain) < judged(-5.0, *plain) < judged(-1.0, *plain) == -1.0


def test_a_net_says_what_its_units_say() -> None:
    net = Net.of(
        {
            "net.middle": np.array([1.0, 0.0], np.float32),
            "net.deviation": np.array([2.0, 1.0], np.float32),
            "net.layer": np.array([[1.0, -1.0], [0.5, 0.0]], np.float32),
            "net.layer_bias": np.array([0.0, 0.25], np.float32),
            "net.out": np.array([2.0, -1.0], np.float32),
            "net.out_bias": np.array(0.125, np.float32),
        }
    )
    assert net.measure([3.0, 2.0]) == 2 * (1 + 1) + 0.125
    assert net.measure([-1.0, 0.0]) == -(1 + 0.25) + 0.125
    # Beyond four deviations a number counts no more.
    assert net.measure([1000.0, 0.0]) == net.measure([9.0, 0.0]) == 8.125
