"""Ordinary objects of libraries that the allow-list does not name in full, two sources.

    pip install attrs pydantic sortedcontainers statsmodels pint bitarray frozendict multidict \\
        pendulum arrow shapely imbalanced-learn category_encoders networkx sympy

They stand for what a user's own environment adds to the libraries the list was written for.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from model_malicious_classes import Row


def _science() -> Iterator[tuple[str, Callable[[], Any]]]:
    import category_encoders
    import imblearn.pipeline
    import imblearn.under_sampling
    import mpmath
    import networkx
    import numpy as np
    import pandas as pd
    import pint
    import shapely
    import sklearn.linear_model
    import statsmodels.api as sm
    import sympy

    x, y = sympy.symbols("x y")
    rng = np.random.default_rng(6)
    data, labels = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    frame = pd.DataFrame({"a": list("abab") * 10})
    yield "graph", lambda: networkx.path_graph(5)
    yield "digraph", lambda: networkx.DiGraph([(1, 2), (2, 3)])
    yield "multigraph", lambda: networkx.MultiGraph([(1, 2), (1, 2)])
    yield "sym_expression", lambda: sympy.sin(x) ** 2 + y
    yield "sym_matrix", lambda: sympy.Matrix([[1, x], [y, 2]])
    yield "sym_rational", lambda: sympy.Rational(1, 3)
    yield "sym_polynomial", lambda: sympy.Poly(x**2 + 1, x)
    yield "sym_set", lambda: sympy.Interval(0, 1)
    yield "sym_relation", lambda: sympy.Eq(x, y)
    yield "mpf", lambda: mpmath.mpf("1.5")
    yield "mpc", lambda: mpmath.mpc(1, 2)
    yield "quantity", lambda: pint.UnitRegistry().Quantity(3, "metre")
    yield "unit", lambda: pint.Unit("metre")
    yield "point", lambda: shapely.Point(1, 2)
    yield "polygon", lambda: shapely.Polygon([(0, 0), (1, 0), (1, 1)])
    yield "lines", lambda: shapely.MultiLineString([[(0, 0), (1, 1)]])
    yield "ols", lambda: sm.OLS(labels, data).fit()
    yield "logit", lambda: sm.Logit(labels, data).fit(disp=0)
    yield "glm", lambda: sm.GLM(labels, data, family=sm.families.Binomial()).fit()
    yield "arima", lambda: sm.tsa.ARIMA(data[:, 0], order=(1, 0, 0)).fit()
    yield "smoothing", lambda: sm.tsa.SimpleExpSmoothing(data[:, 0]).fit()
    yield "sampler", lambda: imblearn.under_sampling.RandomUnderSampler()
    yield (
        "sampling_pipeline",
        lambda: imblearn.pipeline.make_pipeline(
            imblearn.under_sampling.RandomUnderSampler(), sklearn.linear_model.LogisticRegression()
        ).fit(data, labels),
    )
    for name in ("OrdinalEncoder", "TargetEncoder", "HashingEncoder", "BinaryEncoder"):
        yield name, lambda name=name: getattr(category_encoders, name)().fit(frame, labels)


def _general() -> Iterator[tuple[str, Callable[[], Any]]]:
    import arrow
    import bitarray
    import dateutil.relativedelta
    import dateutil.rrule
    import frozendict
    import multidict
    import pendulum
    import sortedcontainers

    yield "attrs", lambda: AttrsItem(1, [2])
    yield "pydantic", lambda: PydanticItem(name="n", size=3)
    yield "sorted_list", lambda: sortedcontainers.SortedList([3, 1])
    yield "sorted_dict", lambda: sortedcontainers.SortedDict(a=1)
    yield "sorted_set", lambda: sortedcontainers.SortedSet([1, 2])
    yield "bits", lambda: bitarray.bitarray("0101")
    yield "frozen_bits", lambda: bitarray.frozenbitarray("01")
    yield "frozendict", lambda: frozendict.frozendict(a=1)
    yield "multidict", lambda: multidict.MultiDict(a=1)
    yield "pendulum", lambda: pendulum.datetime(2024, 1, 1)
    yield "duration", lambda: pendulum.duration(days=1)
    yield "arrow", lambda: arrow.get(2024, 1, 1)
    yield "relative", lambda: dateutil.relativedelta.relativedelta(days=1)
    yield "rule", lambda: dateutil.rrule.rrule(dateutil.rrule.DAILY, count=2)


AttrsItem: Any = None
PydanticItem: Any = None


def _define() -> None:
    import attrs
    import pydantic

    global AttrsItem, PydanticItem
    AttrsItem = attrs.make_class("AttrsItem", ["a", "b"])
    PydanticItem = pydantic.create_model("PydanticItem", name=(str, ...), size=(int, 1))
    for item in (AttrsItem, PydanticItem):
        item.__module__ = __name__


def write_others() -> Iterator[Row]:
    warnings.simplefilter("ignore")
    _define()
    for source, things in (("science-libraries", _science), ("general-libraries", _general)):
        for name, build in things():
            for protocol in (0, 2, 4, 5):
                try:
                    data = pickle.dumps(build(), protocol)
                except Exception:
                    continue
                yield source, f"{name}_{protocol}.pkl", data
