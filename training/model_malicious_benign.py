"""Ordinary model and data files, made with the libraries people use. One source a library."""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import io
import pathlib
import pickle
import random
import warnings
from collections.abc import Iterator
from typing import Any

from model_malicious_classes import PROTOCOLS, Row, write_classes
from model_malicious_others import write_others


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name)[:60]


def write_benign() -> Iterator[Row]:
    warnings.simplefilter("ignore")
    random.seed(7)
    for maker in (
        _sklearn,
        _joblib,
        _pandas,
        _numpy,
        _torch,
        write_classes,
        _boosters,
        _scipy,
        write_others,
    ):
        yield from maker()


def _fitted() -> Iterator[tuple[str, Any]]:
    import numpy as np
    from sklearn.datasets import make_classification
    from sklearn.utils import all_estimators

    features, labels = make_classification(60, 6, random_state=0)
    features = np.abs(features)
    for name, cls in all_estimators():
        try:
            estimator = cls()
        except Exception:
            continue
        with contextlib.suppress(Exception):
            estimator.fit(features, labels)
        yield name, estimator


def _pipelines() -> Iterator[tuple[str, Any]]:
    import numpy as np
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.feature_selection import SelectKBest, chi2, f_classif, mutual_info_classif
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score, make_scorer
    from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.neighbors import KernelDensity, KNeighborsClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
    from sklearn.svm import SVC

    rng = np.random.default_rng(1)
    x = np.abs(rng.normal(size=(80, 5)))
    y = rng.integers(0, 2, 80)
    texts = [" ".join(rng.choice(list("abcdefgh"), 6)) for _ in range(80)]
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": rng.choice(["u", "v"], 80)})
    yield "scaled_logit", make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
    yield "log1p", make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(x, y)
    yield "function_mean", FunctionTransformer(np.sqrt, inverse_func=np.square).fit(x)
    for test in (chi2, f_classif, mutual_info_classif):
        yield f"kbest_{test.__name__}", SelectKBest(test, k=2).fit(x, y)
    yield (
        "tfidf",
        make_pipeline(TfidfVectorizer(token_pattern=r"\w"), MultinomialNB()).fit(texts, y),
    )
    yield "lower", CountVectorizer(preprocessor=str.lower, token_pattern=r"\w").fit(texts)
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["a", "b"]), ("c", OneHotEncoder(), ["c"])]
    )
    yield "columns", Pipeline([("t", columns), ("m", RandomForestClassifier(3))]).fit(frame, y)
    yield "grid", GridSearchCV(SVC(), {"C": [1, 2]}, cv=KFold(2)).fit(x, y)
    yield (
        "grid_scorer",
        GridSearchCV(
            LogisticRegression(), {"C": [1.0]}, scoring=make_scorer(f1_score), cv=StratifiedKFold(2)
        ).fit(x, y),
    )
    yield "vote", VotingClassifier([("a", LogisticRegression()), ("b", SVC())]).fit(x, y)
    yield "stack", StackingClassifier([("a", KNeighborsClassifier())], cv=2).fit(x, y)
    yield "union", FeatureUnion([("a", StandardScaler())]).fit(x)
    for metric in ("euclidean", "manhattan", "chebyshev", "minkowski"):
        for tree in ("kd_tree", "ball_tree"):
            yield (
                f"knn_{metric}_{tree}",
                KNeighborsClassifier(metric=metric, algorithm=tree).fit(x, y),
            )
    for kernel in ("gaussian", "tophat"):
        yield f"kde_{kernel}", KernelDensity(kernel=kernel).fit(x)


def _sklearn() -> Iterator[Row]:
    for index, (name, estimator) in enumerate([*_fitted(), *_pipelines()]):
        try:
            data = pickle.dumps(estimator, PROTOCOLS[index % 6])
        except Exception:
            continue
        yield "sklearn", f"{name}.pkl", data


def _joblib() -> Iterator[Row]:
    import joblib

    packers: tuple[Any, ...] = (0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3))
    for index, (name, estimator) in enumerate([*_fitted(), *_pipelines()]):
        if index % 2:
            continue
        out = io.BytesIO()
        packer = packers[index // 2 % 6]
        try:
            joblib.dump(estimator, out, compress=packer)
        except Exception:
            continue
        yield "joblib", f"{name}.joblib", out.getvalue()


def _pandas() -> Iterator[Row]:
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(2)
    n = 30
    days = pd.date_range("2024-01-01", periods=n)
    frames = {
        "floats": pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc")),
        "ints": pd.DataFrame(rng.integers(0, 9, (n, 2)), columns=["x", "y"]),
        "strings": pd.DataFrame({"s": [f"word {i}" for i in range(n)]}),
        "category": pd.DataFrame({"c": pd.Categorical(rng.choice(["a", "b"], n))}),
        "dates": pd.DataFrame({"d": days, "v": range(n)}, index=days),
        "zoned": pd.DataFrame({"d": days.tz_localize("Asia/Shanghai")}),
        "utc": pd.Series(range(n), index=days.tz_localize("UTC")),
        "fixed": pd.Series(days.tz_localize("+08:00")),
        "delta": pd.DataFrame({"t": pd.to_timedelta(range(n), unit="h")}),
        "period": pd.Series(range(n), index=pd.period_range("2020-01", periods=n, freq="M")),
        "interval": pd.Series(pd.cut(rng.normal(size=n), 4)),
        "nullable": pd.DataFrame({"i": pd.array([1, None] * 15, dtype="Int64")}),
        "boolean": pd.DataFrame({"b": pd.array([True, None] * 15, dtype="boolean")}),
        "string_type": pd.DataFrame({"s": pd.array(["a", None] * 15, dtype="string")}),
        "sparse": pd.DataFrame({"p": pd.arrays.SparseArray([0, 0, 1] * 10)}),
        "multi": pd.DataFrame(
            rng.normal(size=(4, 2)), index=pd.MultiIndex.from_product([["a", "b"], [1, 2]])
        ),
        "objects": pd.DataFrame({"o": [{"k": i} for i in range(n)]}),
        "decimals": pd.DataFrame({"o": [decimal.Decimal(i) for i in range(n)]}),
        "stamps": [pd.Timestamp("2024-05-05"), pd.Timedelta("1h"), pd.NaT, pd.NA],
        "offsets": [pd.offsets.BDay(), pd.offsets.MonthEnd(), pd.offsets.Hour(3)],
        "period_one": pd.Period("2024-02"),
        "interval_one": pd.Interval(0, 1),
        "range": pd.RangeIndex(9),
        "index": pd.Index(["a", "b"]),
        "dtype": pd.CategoricalDtype(["a", "b"]),
    }
    for name, frame in frames.items():
        for protocol in PROTOCOLS:
            try:
                yield "pandas", f"{name}_{protocol}.pkl", pickle.dumps(frame, protocol)
            except Exception:
                continue
    out = io.BytesIO()
    frames["floats"].to_pickle(out, compression="gzip")
    yield "pandas", "to_pickle.pkl.gz", out.getvalue()


def _numpy() -> Iterator[Row]:
    import numpy as np

    rng = np.random.default_rng(3)
    record = np.dtype([("a", "i4"), ("b", "f8"), ("c", "U5")])
    arrays = {
        "floats": rng.normal(size=(9, 9)),
        "ints": np.arange(50, dtype=np.int16),
        "objects": np.array([1, "two", None, {"three": 3}], dtype=object),
        "nested_objects": np.array([np.arange(3), np.arange(4)], dtype=object),
        "texts": np.array(["alpha", "beta"]),
        "bytes": np.array([b"a", b"bc"]),
        "record": np.zeros(4, dtype=record),
        "record_objects": np.zeros(3, dtype=[("o", object), ("n", "i4")]),
        "dates": np.array(["2024-01-01"], dtype="datetime64[D]"),
        "masked": np.ma.masked_array([1, 2, 3], mask=[0, 1, 0]),
        "matrix": np.asmatrix(np.eye(2)),
        "recarray": np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        "complex": np.array([1 + 2j]),
        "poly": np.poly1d([1, 2, 3]),
        "polynomial": np.polynomial.Polynomial([1, 2]),
        "scalar": np.float32(3.5),
        "random_state": np.random.RandomState(1),
        "generator": np.random.default_rng(5),
        "philox": np.random.Generator(np.random.Philox(1)),
        "sfc": np.random.Generator(np.random.SFC64(1)),
        "seed": np.random.SeedSequence(8),
        "dtype": record,
        "ufunc": {"f": np.exp, "g": np.add},
        "functions": [np.mean, np.median],
        "types": [np.float64, np.ndarray],
        "big_endian": np.arange(4, dtype=">f8"),
        "fortran": np.asfortranarray(rng.normal(size=(3, 4))),
    }
    for name, array in arrays.items():
        for protocol in PROTOCOLS:
            try:
                yield "numpy", f"{name}_{protocol}.pkl", pickle.dumps(array, protocol)
            except Exception:
                continue
        if isinstance(array, np.ndarray):
            out = io.BytesIO()
            np.save(out, array)
            yield "numpy", f"{name}.npy", out.getvalue()
            for save in (np.savez, np.savez_compressed):
                out = io.BytesIO()
                save(out, x=array)
                yield "numpy", f"{name}_{save.__name__}.npz", out.getvalue()


def _torch() -> Iterator[Row]:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))

    global TorchNet
    TorchNet = Net
    Net.__qualname__, Net.__module__ = "TorchNet", __name__
    Net.__name__ = "TorchNet"
    net = Net()
    adam = torch.optim.Adam(net.parameters())
    net.body(torch.ones(1, 4)).sum().backward()
    adam.step()
    layers: dict[str, Any] = {
        "conv": nn.Conv2d(3, 4, 3),
        "lstm": nn.LSTM(3, 4),
        "gru": nn.GRU(3, 4),
        "transformer": nn.TransformerEncoderLayer(8, 2),
        "attention": nn.MultiheadAttention(8, 2),
        "batchnorm": nn.BatchNorm2d(3),
        "layernorm": nn.LayerNorm(4),
        "embedding": nn.Embedding(9, 3),
        "modules": nn.ModuleList([nn.GELU(), nn.Dropout()]),
        "dict": nn.ModuleDict({"a": nn.Tanh()}),
        "sequential": nn.Sequential(nn.Conv1d(1, 2, 3), nn.MaxPool1d(2), nn.Flatten()),
        "loss": nn.CrossEntropyLoss(),
    }
    things: dict[str, Any] = {
        "state": net.state_dict(),
        "net": net,
        "adam": adam.state_dict(),
        "optimizer": adam,
        "checkpoint": {"epoch": 3, "model": net.state_dict(), "optim": adam.state_dict()},
        "tensor": torch.ones(3),
        "tensors": [torch.zeros(2, dtype=t) for t in (torch.float16, torch.bfloat16, torch.int64)],
        "bools": torch.tensor([True]),
        "complex": torch.zeros(2, dtype=torch.complex64),
        "sparse": torch.eye(3).to_sparse(),
        "csr": torch.eye(3).to_sparse_csr(),
        "quantized": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        "quantized_channel": torch.quantize_per_channel(
            torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.qint8
        ),
        "parameter": nn.Parameter(torch.ones(2)),
        "types": [torch.float32, torch.strided, torch.per_tensor_affine],
        "rng": torch.get_rng_state(),
        "namespace": {"args": __import__("argparse").Namespace(lr=0.1, layers=[1, 2])},
        "hyper": {"when": datetime.datetime(2024, 1, 1), "path": pathlib.PurePosixPath("a/b")},
        "ordered": collections.OrderedDict(a=torch.ones(1)),
        "distribution": torch.distributions.Normal(torch.zeros(1), torch.ones(1)),
        "dataset": torch.utils.data.TensorDataset(torch.ones(2)),
        "scheduler": torch.optim.lr_scheduler.StepLR(adam, 3).state_dict(),
        "sgd": torch.optim.SGD(net.parameters(), momentum=0.9, lr=0.1),
        "double": torch.ones(3, dtype=torch.float64),
        "strided_view": torch.arange(12).reshape(3, 4)[:, 1:],
        **layers,
    }
    for name, thing in things.items():
        for legacy in (False, True):
            out = io.BytesIO()
            try:
                torch.save(thing, out, _use_new_zipfile_serialization=not legacy)
            except Exception:
                continue
            yield "torch", f"{name}_{'legacy' if legacy else 'zip'}.pt", out.getvalue()
        for protocol in (2, 4):
            try:
                yield "torch", f"{name}_plain_{protocol}.pkl", pickle.dumps(thing, protocol)
            except Exception:
                continue
    for name in ("conv", "lstm", "sequential"):
        out = io.BytesIO()
        try:
            torch.jit.save(torch.jit.script(layers[name]), out)
        except Exception:
            continue
        yield "torch", f"{name}_script.pt", out.getvalue()


TorchNet: Any = None


def _boosters() -> Iterator[Row]:
    import joblib
    import lightgbm
    import numpy as np
    import xgboost

    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(60, 4)), rng.integers(0, 2, 60)
    models = {
        "xgb": xgboost.XGBClassifier(n_estimators=3).fit(x, y),
        "xgb_regressor": xgboost.XGBRegressor(n_estimators=3).fit(x, y),
        "xgb_booster": xgboost.train({}, xgboost.DMatrix(x, y), 2),
        "lgb": lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(x, y),
        "lgb_regressor": lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(x, y),
        "lgb_booster": lightgbm.train({"verbose": -1}, lightgbm.Dataset(x, y), 2),
    }
    for name, model in models.items():
        for protocol in (2, 4, 5):
            yield "boosters", f"{name}_{protocol}.pkl", pickle.dumps(model, protocol)
        out = io.BytesIO()
        joblib.dump(model, out)
        yield "boosters", f"{name}.joblib", out.getvalue()


def _scipy() -> Iterator[Row]:
    import numpy as np
    from scipy import interpolate, signal, sparse, spatial, stats

    x = np.linspace(0, 1, 9)
    things: dict[str, Any] = {
        kind: getattr(sparse, f"{kind}_matrix")(np.eye(4))
        for kind in ("csr", "csc", "coo", "lil", "dok", "bsr", "dia")
    }
    things |= {
        "csr_array": sparse.csr_array(np.eye(3)),
        "interp": interpolate.interp1d(x, x),
        "spline": interpolate.CubicSpline(x, x),
        "bspline": interpolate.make_interp_spline(x, x),
        "tree": spatial.cKDTree(np.eye(3)),
        "kdtree": spatial.KDTree(np.eye(3)),
        "norm": stats.norm(0, 1),
        "gamma": stats.gamma(2),
        "kde": stats.gaussian_kde(x),
        "lti": signal.lti([1], [1, 2]),
        "rotation": spatial.transform.Rotation.from_euler("x", 1),
    }
    for name, thing in things.items():
        for protocol in (0, 2, 4, 5):
            try:
                data = pickle.dumps(thing, protocol)
            except Exception:
                continue
            yield "scipy", f"{name}_{protocol}.pkl", data
