"""Ordinary numpy, pandas, scipy, networkx and plain Python data; HDF5, ONNX, GGUF, safetensors.

Each generator is a family: it gives (file name, object to pickle) or, where it wrote the
file itself, (file name, None). Protocols 0 to 5 take turns.
"""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import ipaddress
import pathlib
import pickle
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import acme_churn as acme
import numpy as np

Made = Iterator[tuple[str, Any]]


def plain_python(folder: Path) -> Made:
    things = [
        {"a": 1, "b": [1.5, None, True]},
        ["x"] * 9,
        (1, (2, (3,))),
        {1, 2, 3},
        frozenset("abc"),
        b"bytes" * 9,
        bytearray(b"mutable"),
        1 << 200,
        -(1 << 90),
        3 + 4j,
        range(9),
        slice(1, 9, 2),
        ...,
        NotImplemented,
        float("nan"),
        "数据 and text \n with lines",
        {"deep": [[[[[[]]]]]]},
        {i: str(i) for i in range(3000)},
        int,
        [dict, list, str],
        collections.OrderedDict(a=1),
        "os\nsystem\n",
        {"cmd": "os.system('true')"},
        ["builtins", "eval", "print"],
        b"cos\nsystem",
        {"text": "import os; os.system('ls')"},
    ]
    for number, thing in enumerate(things):
        yield f"{number:02}.pkl", thing


def standard_types(folder: Path) -> Made:
    cycle: list[Any] = [1]
    cycle.append(cycle)
    things = [
        dt.datetime(2026, 1, 2, 3, 4, 5, 6),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        dt.date(2026, 1, 1),
        dt.time(1, 2),
        dt.timedelta(3),
        dt.timezone(dt.timedelta(hours=8)),
        decimal.Decimal("1.10"),
        fractions.Fraction(1, 3),
        pathlib.PurePosixPath("a/b"),
        pathlib.Path("data/x.csv"),
        pathlib.PureWindowsPath("c:/x"),
        uuid.UUID(int=7),
        collections.Counter("hello"),
        collections.defaultdict(list, a=[1]),
        collections.defaultdict(int, a=1),
        collections.deque([1, 2], 5),
        collections.ChainMap({"a": 1}, {"b": 2}),
        ipaddress.ip_address("192.0.2.1"),
        __import__("re").compile("a+b"),
        __import__("string").Template("$x"),
        __import__("array").array("d", [1.0, 2.0]),
        cycle,
        __import__("random").Random(3),
        __import__("types").SimpleNamespace(a=1),
        collections.UserDict(a=1),
        __import__("zoneinfo").ZoneInfo("Asia/Shanghai"),
        __import__("functools").partial(max, 3),
        __import__("operator").itemgetter(1),
        __import__("operator").attrgetter("name"),
        ValueError("bad value"),
        KeyError("missing"),
        __import__("collections").UserList([1, 2]),
        len,
        max,
        __import__("math").sqrt,
    ]
    for number, thing in enumerate(things):
        yield f"{number:02}.pickle", thing


def user_classes(folder: Path) -> Made:
    things = [
        acme.Point(1, 2),
        acme.Plan.PAID,
        acme.Rights.READ | acme.Rights.WRITE,
        acme.Customer("Li", tags=["a"]),
        acme.Setting(0.1, 3),
        acme.Keeper(3),
        acme.Reduced([1, 2]),
        acme.Bag(a=1),
        [acme.Customer(str(i)) for i in range(50)],
        {acme.Plan.FREE: acme.Point(0, 0)},
        acme.Customer,
        acme.add_ratio,
    ]
    for number, thing in enumerate(things):
        yield f"{number:02}.pkl", thing
    for protocol in (2, 4, 5):
        target = f"slotted-{protocol}.pkl"
        (folder / target).write_bytes(pickle.dumps(acme.Slotted(1, [2]), protocol))
        yield target, None


def numpy_pickles(folder: Path) -> Made:
    rng = np.random.default_rng(5)
    mask = np.ma.masked_array([1, 2, 3], [0, 1, 0])
    things = [
        np.arange(9),
        rng.normal(size=(20, 4)),
        np.array(["a", "bc"]),
        np.array([b"x"]),
        np.array([{"a": 1}, None], object),
        np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")]),
        np.float32(1.5),
        np.int64(3),
        np.bool_(True),
        np.datetime64("2026-01-01"),
        np.array(["2026-01-01"], "M8[D]"),
        np.timedelta64(3, "h"),
        mask,
        np.asfortranarray(np.eye(3)),
        np.zeros((0, 3)),
        np.array(5),
        np.dtype("f4"),
        np.dtype([("a", "i2", (2,))]),
        np.rec.array([(1, "x")], names=["n", "s"]),
        np.arange(4, dtype=">i4"),
        np.arange(4, dtype="c16"),
        {"weights": [np.eye(2), np.ones(3)], "bias": np.zeros(1)},
        np.matrix([[1]]),
        np.polynomial.Polynomial([1, 2]),
        np.poly1d([1, 2]),
        np.float64,
        np.log1p,
        np.sin,
        np.random.default_rng(1),
        np.random.RandomState(3),
        np.random.PCG64(3),
        np.random.Generator(np.random.Philox(3)),
        np.random.SeedSequence(7),
        np.broadcast_to(1, (3,)),
        np.array([[1, "a"], [None, 2.5]], object),
        np.array([np.eye(2), np.ones(1)], object),
        np.char.array(["a"]),
        np.random.MT19937(1),
        np.random.SFC64(2),
        np.finfo("f4").dtype,
        np.array(["数据"]),
        np.nan,
        np.str_("x"),
    ]
    for number, thing in enumerate(things):
        yield f"{number:02}.pkl", thing


def numpy_arrays(folder: Path) -> Made:
    arrays = [
        np.arange(9.0),
        np.eye(3, order="F"),
        np.array(["a"]),
        np.array([{"a": 1}], object),
        np.array([(1, 2)], "i4,f8"),
        np.array(5),
        np.zeros((0,)),
        np.arange(3, dtype=">u2"),
        np.array(["2026"], "M8[Y]"),
        np.array([dt.date(2026, 1, 1), decimal.Decimal(1)], object),
        np.array([[None, 1.5], ["x", []]], object),
    ]
    for number, array in enumerate(arrays):
        np.save(folder / f"{number:02}.npy", array, allow_pickle=True)
        yield f"{number:02}.npy", None
    np.savez(folder / "many.npz", *arrays)
    yield "many.npz", None
    np.savez_compressed(folder / "small.npz", x=np.eye(4), y=np.arange(4))
    yield "small.npz", None
    np.savez(folder / "objects.npz", vocabulary=np.array({"a": 1, "b": 2}, object))
    yield "objects.npz", None


def frames(folder: Path) -> Made:
    import pandas as pd

    dates = pd.date_range("2026-01-01", periods=6, freq="h")
    base = pd.DataFrame({"a": range(6), "b": np.linspace(0, 1, 6), "c": list("xyzxyz")})
    pairs = pd.MultiIndex.from_product([["a", "b"], [1, 2, 3]], names=["k", "n"])
    made = [
        base,
        base.astype({"c": "category"}),
        base.assign(t=dates),
        base.assign(t=dates.tz_localize("Asia/Shanghai")),
        base.assign(p=pd.period_range("2026", periods=6, freq="M")),
        base.assign(i=pd.interval_range(0, 6)),
        base.set_index(pairs),
        pd.DataFrame({"s": pd.arrays.SparseArray([0, 0, 1])}),
        base.assign(
            i=pd.array([1, None, 3, 4, 5, 6], "Int64"), s=pd.array(list("abcdef"), "string")
        ),
        pd.DataFrame({"o": [{"a": 1}, [1], None]}),
        base.set_index("c"),
        pd.DataFrame(),
        base.T,
        base.assign(d=pd.to_timedelta(range(6), "D")),
        base.assign(y=pd.array([True, None] * 3, "boolean")),
        pd.DataFrame(np.eye(3), columns=pd.Index([1, 2, 3])),
        base.iloc[::2],
        base.describe(),
        base.astype({"c": pd.CategoricalDtype(list("zyx"), ordered=True)}),
        base.assign(u=[uuid.UUID(int=i) for i in range(6)]),
        base.assign(d=[decimal.Decimal(i) for i in range(6)]),
        base.assign(x=[dt.date(2026, 1, i + 1) for i in range(6)]),
        base.convert_dtypes(),
        base.assign(f=pd.array(range(6), "Float32")),
        {"train": base, "test": base.copy()},
        pd.DataFrame({"e": [np.eye(2), np.ones(3)]}),
        base.set_index(dates),
        base.pivot_table(index="c", values="a"),
    ]
    for number, thing in enumerate(made):
        yield f"{number:02}.pkl", thing
    for how in ("gzip", "bz2", "xz", "zip", "zstd", "tar"):
        base.to_pickle(folder / f"packed.{how}.pkl", compression=how)
        yield f"packed.{how}.pkl", None


def series_and_indexes(folder: Path) -> Made:
    import pandas as pd

    arrow = pd.Series([1, 2], dtype="int64[pyarrow]")
    made = [
        pd.Series([1, 2], name="n"),
        pd.Series(["a", "b"], dtype="category"),
        pd.Series([dt.datetime(2026, 1, 1)]),
        pd.Index([1, 2]),
        pd.RangeIndex(9),
        pd.DatetimeIndex(["2026-01-01"], tz="UTC"),
        pd.PeriodIndex(["2026-01"], freq="M"),
        pd.IntervalIndex.from_breaks([0, 1, 2]),
        pd.CategoricalIndex(list("ab")),
        pd.TimedeltaIndex(["1h"]),
        pd.MultiIndex.from_tuples([(1, "a")]),
        pd.Timestamp("2026-01-01", tz="Europe/Paris"),
        pd.Timedelta("3h"),
        pd.Period("2026-01", "M"),
        pd.Interval(0, 1),
        pd.NaT,
        pd.NA,
        pd.offsets.BusinessDay(3),
        pd.offsets.MonthEnd(),
        pd.Categorical(list("aba")),
        pd.CategoricalDtype(list("ab")),
        pd.DatetimeTZDtype(tz="UTC"),
        arrow,
        pd.Series(pd.arrays.SparseArray([0, 1])),
        pd.Series({"a": 1, "b": None}),
        pd.Series([1, 2]).rolling(2),
        pd.Series(["x"], dtype="string[pyarrow]"),
        pd.offsets.CustomBusinessDay(holidays=["2026-01-01"]),
    ]
    for number, thing in enumerate(made):
        yield f"{number:02}.pkl", thing


def scipy_objects(folder: Path) -> Made:
    from scipy import interpolate, optimize, sparse, spatial, stats

    points = np.random.default_rng(0).normal(size=(20, 2))
    grid = np.arange(6.0)
    made = [
        sparse.csr_matrix(np.eye(4)),
        sparse.coo_array(np.eye(3)),
        sparse.csc_matrix(np.eye(2)),
        sparse.lil_matrix((2, 2)),
        sparse.dok_matrix((2, 2)),
        sparse.dia_matrix(np.eye(3)),
        interpolate.interp1d(grid, grid**2),
        interpolate.CubicSpline(grid, grid),
        interpolate.BSpline(grid, grid[:3], 2),
        interpolate.PchipInterpolator(grid, grid),
        spatial.cKDTree(points),
        spatial.KDTree(points),
        spatial.transform.Rotation.identity(),
        stats.norm(0, 1),
        stats.gaussian_kde(points.T),
        optimize.minimize(np.sum, np.zeros(1), options={"maxiter": 1}),
        stats.ttest_ind(grid, grid + 1),
        stats.linregress(grid, grid),
        interpolate.RegularGridInterpolator((grid,), grid),
        stats.multivariate_normal([0, 0]),
    ]
    for number, thing in enumerate(made):
        yield f"{number:02}.pkl", thing


def networkx_graphs(folder: Path) -> Made:
    import networkx as nx

    made = [
        nx.karate_club_graph(),
        nx.DiGraph([(1, 2)]),
        nx.MultiGraph([(1, 2), (1, 2)]),
        nx.path_graph(9),
        nx.MultiDiGraph([("a", "b", {"w": 1.5})]),
        nx.Graph(),
        nx.grid_2d_graph(3, 3),
        nx.karate_club_graph().subgraph([1, 2]).copy(),
        {"graph": nx.cycle_graph(4), "pos": nx.circular_layout(nx.cycle_graph(4))},
    ]
    for number, thing in enumerate(made):
        yield f"{number:02}.gpickle", thing
