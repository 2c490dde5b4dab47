"""Ordinary scikit-learn, joblib, statsmodels, XGBoost, LightGBM and Keras models."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import acme_churn as acme
import numpy as np
from sklearn import datasets
from sklearn.utils import all_estimators

Made = Iterator[tuple[str, Any]]
X, Y = datasets.make_classification(80, 6, random_state=1)
TEXTS = ["good phone", "bad phone", "very good", "very bad", "good good", "bad"] * 5
SLOW = {
    "GammaRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "SparsePCA",
    "MiniBatchSparsePCA",
    "DictionaryLearning",
}


def _fitted(kind: str) -> Made:
    for name, estimator in all_estimators(type_filter=kind):
        if name in SLOW:
            continue
        try:
            made = (
                estimator(n_estimators=3)
                if "n_estimators" in estimator().get_params()
                else estimator()
            )
            yield f"{name}.pkl", made.fit(np.abs(X) if "NB" in name or "Chi" in name else X, Y)
        except Exception:
            continue


def sklearn_classifiers(folder: Path) -> Made:
    yield from _fitted("classifier")


def sklearn_regressors(folder: Path) -> Made:
    yield from _fitted("regressor")


def sklearn_clusterers(folder: Path) -> Made:
    yield from _fitted("cluster")


def sklearn_transformers(folder: Path) -> Made:
    yield from _fitted("transformer")


def sklearn_pipelines(folder: Path) -> Made:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
    from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
    from sklearn.gaussian_process import GaussianProcessRegressor, kernels
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.metrics import f1_score, make_scorer
    from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold
    from sklearn.multioutput import MultiOutputClassifier
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    logistic = LogisticRegression()
    grid = {"logisticregression__C": [0.1, 1.0]}
    scaled = make_pipeline(StandardScaler(), LogisticRegression())
    target = np.arange(len(TEXTS)) % 2
    yield (
        "log1p.pkl",
        make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(np.abs(X), Y),
    )
    yield "log-exp.pkl", FunctionTransformer(np.log, np.exp).fit(np.abs(X))
    yield "own-function.pkl", make_pipeline(FunctionTransformer(acme.add_ratio), logistic).fit(X, Y)
    yield "own-class.pkl", make_pipeline(acme.Clip(), LogisticRegression()).fit(X, Y)
    yield "union.pkl", FeatureUnion([("a", StandardScaler()), ("b", acme.Clip())]).fit(X)
    yield "grid.pkl", GridSearchCV(scaled, grid, cv=3).fit(X, Y)
    yield (
        "grid-scorer.pkl",
        GridSearchCV(scaled, grid, cv=StratifiedKFold(3), scoring=make_scorer(f1_score)).fit(X, Y),
    )
    yield (
        "random-search.pkl",
        RandomizedSearchCV(scaled, grid, n_iter=2, cv=KFold(3), random_state=1).fit(X, Y),
    )
    yield (
        "tfidf.pkl",
        make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), MultinomialNB()).fit(TEXTS, target),
    )
    yield "tfidf-split.pkl", TfidfVectorizer(tokenizer=str.split, token_pattern=None).fit(TEXTS)
    yield "count.pkl", CountVectorizer(stop_words="english").fit(TEXTS)
    yield "hashing.pkl", HashingVectorizer(n_features=64)
    yield "count-lower.pkl", CountVectorizer(preprocessor=str.lower).fit(TEXTS)
    yield (
        "stack.pkl",
        StackingClassifier([("a", logistic), ("b", KNeighborsClassifier())]).fit(X, Y),
    )
    yield (
        "vote.pkl",
        VotingClassifier([("a", logistic), ("f", RandomForestClassifier(3))]).fit(X, Y),
    )
    yield "calibrated.pkl", CalibratedClassifierCV(cv=2).fit(X, Y)
    yield (
        "columns.pkl",
        ColumnTransformer(
            [("a", StandardScaler(), [0, 1]), ("b", SimpleImputer(), slice(2, 4))]
        ).fit(X),
    )
    yield (
        "target.pkl",
        TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1).fit(
            X, Y
        ),
    )
    yield "process.pkl", GaussianProcessRegressor(kernels.RBF() + kernels.WhiteKernel()).fit(X, Y)
    yield "mlp.pkl", MLPClassifier((4,), max_iter=5).fit(X, Y)
    yield (
        "knn-metric.pkl",
        KNeighborsClassifier(metric="haversine", algorithm="brute").fit(X[:, :2], Y),
    )
    yield "multi.pkl", MultiOutputClassifier(logistic).fit(X, np.c_[Y, 1 - Y])
    yield (
        "artifact.pkl",
        {"model": scaled.fit(X, Y), "columns": list("abcdef"), "threshold": 0.5, "version": (1, 2)},
    )
    yield "bunch.pkl", datasets.load_iris()
    yield "unfitted.pkl", Pipeline([("s", StandardScaler()), ("p", "passthrough")])
    try:
        import pandas as pd

        frame = pd.DataFrame({"a": range(30), "c": list("xyz") * 10})
        choose = ColumnTransformer(
            [
                ("n", StandardScaler(), make_column_selector(dtype_include="number")),
                ("c", OneHotEncoder(handle_unknown="ignore"), ["c"]),
            ]
        )
        yield (
            "frame-columns.pkl",
            make_pipeline(choose, LogisticRegression()).fit(frame, target[:30]),
        )
    except ImportError:
        return


def joblib_dumps(folder: Path) -> Made:
    import joblib
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    forest = RandomForestClassifier(4, random_state=0).fit(X, Y)
    things = {
        "forest": forest,
        "arrays": {"a": X, "o": np.array([{"x": 1}, None], object)},
        "logistic": LogisticRegression().fit(X, Y),
        "list": [1, "a", X[0]],
    }
    for label, thing in things.items():
        for how in (0, 3, "zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
            path = f"{label}-{how}.joblib"
            joblib.dump(thing, folder / path, compress=how if isinstance(how, int) else (how, 3))
            yield path, None
    for protocol in (2, 3, 4, 5):
        joblib.dump(
            GradientBoostingClassifier(n_estimators=2).fit(X, Y),
            folder / f"p{protocol}.pkl",
            protocol=protocol,
        )
        yield f"p{protocol}.pkl", None


def statsmodels_results(folder: Path) -> Made:
    import pandas as pd
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    frame = pd.DataFrame(X, columns=list("abcdef")).assign(y=Y)
    rng = np.random.default_rng(2)
    yield "ols.pkl", sm.OLS(Y, sm.add_constant(X)).fit()
    yield "logit.pkl", sm.Logit(Y, X + rng.normal(size=X.shape)).fit(disp=0)
    yield "glm.pkl", sm.GLM(Y, X, family=sm.families.Binomial()).fit()
    yield "formula.pkl", smf.ols("y ~ a + b", frame).fit()
    yield "glm-formula.pkl", smf.glm("y ~ a", frame, family=sm.families.Poisson()).fit()
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    yield "arima.pkl", ARIMA(X[:, 0], order=(1, 0, 0)).fit()
    yield "smooth.pkl", SimpleExpSmoothing(np.abs(X[:, 0]), initialization_method="estimated").fit()
    sm.OLS(Y, X).fit().save(str(folder / "saved.pickle"))
    yield "saved.pickle", None


def boosters(folder: Path) -> Made:
    import lightgbm
    import xgboost

    yield "xgb-classifier.pkl", xgboost.XGBClassifier(n_estimators=3).fit(X, Y)
    yield "xgb-regressor.pkl", xgboost.XGBRegressor(n_estimators=3).fit(X, Y)
    yield "xgb-booster.pkl", xgboost.train({}, xgboost.DMatrix(X, Y), 2)
    yield "xgb-ranker.pkl", xgboost.XGBRFClassifier(n_estimators=3).fit(X, Y)
    yield "lgb-classifier.pkl", lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, Y)
    yield "lgb-regressor.pkl", lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(X, Y)
    yield "lgb-booster.pkl", lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, Y), 2)
    model = xgboost.XGBClassifier(n_estimators=3).fit(X, Y)
    for ending in ("json", "ubj"):
        model.save_model(folder / f"xgb.{ending}")
        yield f"xgb.{ending}", None


def keras_models(folder: Path) -> Made:
    import os

    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    from keras import layers

    dense = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, "relu"),
            layers.Dropout(0.1),
            layers.Dense(1, "sigmoid"),
        ]
    )
    dense.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    inputs = keras.Input((16, 16, 3))
    flat = layers.Flatten()(
        layers.BatchNormalization()(layers.Conv2D(2, 3)(layers.Rescaling(1 / 255)(inputs)))
    )
    image = keras.Model(inputs, layers.Dense(2, activation=keras.activations.softmax)(flat))
    words = keras.Sequential(
        [
            keras.Input((9,)),
            layers.Embedding(20, 4),
            layers.Bidirectional(layers.LSTM(3)),
            layers.Dense(1),
        ]
    )
    words.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 9)),
        keras.losses.MeanSquaredError(),
    )
    heads = keras.Sequential(
        [
            keras.Input((5, 4)),
            layers.TimeDistributed(layers.Dense(3)),
            layers.GlobalAveragePooling1D(),
            layers.Dense(
                2, kernel_regularizer="l2", kernel_initializer=keras.initializers.HeNormal()
            ),
        ]
    )
    for label, model in (("dense", dense), ("image", image), ("words", words), ("heads", heads)):
        for ending in ("keras", "h5", "weights.h5"):
            path = folder / f"{label}.{ending}"
            (model.save_weights if ending == "weights.h5" else model.save)(path)
            yield path.name, None


def many_protocols(folder: Path) -> Made:
    import pandas as pd
    from sklearn.linear_model import Ridge
    from sklearn.svm import SVC

    things = {
        "ridge": Ridge().fit(X, Y),
        "svc": SVC().fit(X, Y),
        "array": X,
        "customer": acme.Customer("Wang"),
        "frame": pd.DataFrame({"t": pd.date_range("2026", periods=3), "x": [1, 2, 3]}),
    }
    for label, thing in things.items():
        for protocol in range(6):
            (folder / f"{label}-{protocol}.pkl").write_bytes(pickle.dumps(thing, protocol))
            yield f"{label}-{protocol}.pkl", None
