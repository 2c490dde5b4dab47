"""Trains `traffic.attack` and fits its scales: `python training/traffic_attack.py`.

Needs ../shared/data/text/{http_param_payloads,weblog_lines}.parquet and scikit-learn. Every
row behind the scales was measured by models (grammar and weights) that saw no row of its
source; logs are put together from such rows (`traffic_logs.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier
from traffic_bounded import bounded_logistic
from traffic_examples import (
    attack_value,
    forged_line,
    injection_line,
    made_value,
    probe_line,
    program_line,
    rows,
    tool_line,
    typed_value,
    visit_line,
)
from traffic_exchange import exchange_line
from traffic_logs import Logs
from traffic_work import work_line
from traffic_written import (
    operator_line,
    rich_value,
    search_line,
    service_line,
    short_payload,
    worm_line,
)

from mingjian.detect.learned import store
from mingjian.detect.learned.linear import Linear, matrix, quantised
from mingjian.detect.traffic.features import NAMES, grammar_text, measure
from mingjian.detect.traffic.gauge import BUCKETS, LONGEST_GRAM, Gauged
from mingjian.detect.traffic.request import Request, read_request
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale

SHARED = Path(__file__).parents[2] / "shared/data/text"
FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/traffic"
SCRIPT = "training/traffic_attack.py"
MOST = 1_500
OWN = {
    "own payloads": (attack_value, True, "payload"),
    "own short payloads": (short_payload, True, "payload"),
    "own rich values": (rich_value, False, "payload"),
    "own typed values": (typed_value, False, "payload"),
    "own made values": (made_value, False, "payload"),
    "own tools": (tool_line, True, "line"),
    "own forged agents": (forged_line, True, "line"),
    "own probes": (probe_line, True, "line"),
    "own searches": (search_line, True, "line"),
    "own worms": (worm_line, True, "line"),
    "own injections": (injection_line, True, "line"),
    "own visits": (visit_line, False, "line"),
    "own programs": (program_line, False, "line"),
    "own operators": (operator_line, False, "line"),
    "own services": (service_line, False, "line"),
    "own work": (work_line, False, "line"),
    "own exchange": (exchange_line, False, "line"),
}
LICENCES = {
    "HttpParams": "MIT",
    "elastic-apache": "Apache-2.0",
    "ocatak-acunetix": "not stated",
    "ocatak-w3af": "not stated",
    **dict.fromkeys(OWN, "Apache-2.0"),
}
LITTLE = {NAMES.index("agent_crawler"): -1.0, NAMES.index("agent_client"): -1.0}
"""What programs of good standing may speak against an attack: anyone can send their names."""
MUCH = {
    NAMES.index(name): high
    for name, high in {
        "status_4xx": 1.0,
        "status_5xx": 1.0,
        "agent_client": 0.3,
        "agent_empty": 0.3,
        "agent_short": 0.3,
        "post_without_referer": 0.5,
        "probe_product": 4.0,
        "probe_refused": 2.0,
    }.items()
}
"""What ordinary traffic does too, on some sites often: errors, programs, bare posts, a page of a
product that has moved."""


def table() -> pd.DataFrame:
    """text, is_attack, source, form ('line' or 'payload'); at most `MOST` of a source and class."""
    found: list[tuple[str, bool, str, str]] = []

    def add(texts: list[str], attack: bool, source: str, form: str) -> None:
        found.extend((text, attack, source, form) for text in texts)

    params = pd.read_parquet(SHARED / "http_param_payloads.parquet")
    for label, group in params.groupby("label"):
        texts = group.text.drop_duplicates()
        texts = texts.sample(min(MOST, len(texts)), random_state=1).sort_index()
        add(texts.tolist(), label != "norm", "HttpParams", "payload")
    logs = pd.read_parquet(SHARED / "weblog_lines.parquet")
    logs["source"] = logs.source.replace({"elastic-apache-first-half": "elastic-apache"})
    for (source, label), group in logs.groupby(["source", "label"]):
        texts = group.text.drop_duplicates()
        texts = texts.sample(min(MOST, len(texts)), random_state=1).sort_index()
        add(texts.tolist(), label == "scan", str(source), "line")
    for source, (build, attack, form) in OWN.items():
        add(rows(build, MOST, 1), attack, source, form)
    return pd.DataFrame(found, columns=["text", "is_attack", "source", "form"])


class Rows:
    """The table with its features and grammar matrix computed once."""

    def __init__(self, data: pd.DataFrame) -> None:
        self.data = data
        measured = [measure(read_request(text)) for text in data.text]
        self.named = np.array([[one.values[name] for name in NAMES] for one in measured])
        texts = [grammar_text(one.decoded) for one in measured]
        parts = matrix(texts, 1, LONGEST_GRAM, BUCKETS)
        self.grams = csr_matrix(parts, shape=(len(texts), BUCKETS))
        self.attack = data.is_attack.to_numpy()
        self.source = data.source.to_numpy()
        self.form = data.form.to_numpy()
        self._grammars: dict[frozenset[str], Linear] = {}
        # What is learnt as a payload's grammar: not lines whose target is innocent in itself, nor
        # what stands among the words of a browser's name or of a referring address.
        strong = self.named[:, NAMES.index("strongest")] >= 2
        in_target = np.array([one.where not in ("referer", "agent") for one in measured])
        self.telling = (~self.attack | (self.form == "payload") | strong) & in_target

    def grammar(self, *without: str) -> Linear:
        """The n-gram model of the rows of all sources but these."""
        key = frozenset(without)
        if key not in self._grammars:
            kept = self.telling & ~np.isin(self.source, without)
            # Averaged and stopped early: as good out of source as a full fit, in a second.
            model = SGDClassifier(
                loss="log_loss",
                alpha=1e-5,
                average=True,
                max_iter=4,
                tol=None,
                class_weight="balanced",
                learning_rate="constant",
                eta0=2.0,
                random_state=1,
            )
            model.fit(self.grams[kept], self.attack[kept])
            self._grammars[key] = quantised(
                model.coef_[0], float(model.intercept_[0]), 1, LONGEST_GRAM
            )
        return self._grammars[key]

    def grammar_values(self, model: Linear) -> np.ndarray:
        return np.asarray(self.grams @ (model.weights * model.step) + model.bias)

    def out_of_source(self, *without: str) -> np.ndarray:
        """For each row of the other sources, its grammar by a model without its source too."""
        values = np.zeros(len(self.data))
        for source in sorted(set(self.source) - set(without)):
            mine = self.source == source
            values[mine] = self.grammar_values(self.grammar(source, *without))[mine]
        return values

    def weights(self, kept: np.ndarray, form: str, grammar: np.ndarray) -> np.ndarray:
        """Weights of the named features and the grammar, and a constant, for one form."""
        # A payload is a payload in a line too; what surrounds it is learnt from lines.
        mine = kept & ((self.form == form) | (form == "line"))
        columns = self.columns(grammar)[mine]
        each = pd.Series(self.source[mine] + self.attack[mine].astype(str))
        weight = (1.0 / each.map(each.value_counts())).to_numpy()
        return bounded_logistic(columns, self.attack[mine], weight * mine.sum() / 4, LITTLE, MUCH)

    def columns(self, grammar: np.ndarray) -> np.ndarray:
        """All features of all rows, with these grammar values."""
        columns = self.named.copy()
        columns[:, NAMES.index("grammar")] = grammar
        return columns


@dataclass(frozen=True)
class Model:
    """Grammar and weights, fitted on some of the sources."""

    grammar: Linear
    weights: np.ndarray

    def of(self, request: Request) -> Gauged:
        """Measure a request as `Gauge.of` does."""
        measured = measure(request)
        grams = self.grammar.grams(grammar_text(measured.decoded))
        measured.values["grammar"] = self.grammar.measure(grams)
        row = np.array([measured.values[name] for name in NAMES])
        return Gauged(float(self.weights[:-1] @ row + self.weights[-1]), measured)


def held_out_values(all_rows: Rows) -> Iterator[tuple[str, np.ndarray, np.ndarray, Model]]:
    """For each source: its rows, their measurements by models without it, and those models."""
    everything = np.ones(len(all_rows.data), dtype=bool)
    for source in sorted(set(all_rows.source)):
        mine = all_rows.source == source
        kept = everything & ~mine
        inner = all_rows.out_of_source(source)
        grammar = all_rows.grammar(source)
        outer = all_rows.grammar_values(grammar)
        form = all_rows.form[mine][0]
        weights = all_rows.weights(kept, form, inner)
        values = all_rows.columns(outer)[mine] @ weights[:-1] + weights[-1]
        yield source, mine, values, Model(grammar, weights)


def main() -> None:
    all_rows = Rows(table())
    values = np.zeros(len(all_rows.data))
    models: dict[str, Model] = {}
    for source, mine, found, without in held_out_values(all_rows):
        values[mine], models[source] = found, without
    everything = np.ones(len(all_rows.data), dtype=bool)
    model = all_rows.grammar()
    inner = all_rows.out_of_source()
    arrays = model.as_arrays()
    for form in ("line", "payload"):
        arrays[form] = all_rows.weights(everything, form, inner)
        print(
            form, {n: round(float(w), 2) for n, w in zip((*NAMES, "1"), arrays[form], strict=True)}
        )
    about = {
        "line": Message("网站日志中的单条请求", "single requests in logs of web sites"),
        "payload": Message("单独的请求参数或攻击载荷", "single parameter values and payloads"),
        "log": Message(
            "由普通请求与攻击请求拼成的网站日志",
            "web logs put together from ordinary and attack requests",
        ),
    }
    cases: dict[str, tuple[list[float], list[bool], list[str]]] = {}
    for form in ("line", "payload"):
        mine = all_rows.form == form
        cases[form] = (
            values[mine].tolist(),
            all_rows.attack[mine].tolist(),
            all_rows.source[mine].tolist(),
        )
    documents = {form: scale_of("request", form, about[form], cases[form]) for form in cases}
    alarm = {form: _at_ten(documents[form]) for form in cases}
    line = all_rows.form == "line"
    strict = documents["line"]["threshold"]
    assert isinstance(strict, float)
    logs = Logs(all_rows.data[line], lambda source, request: models[source].of(request), strict)
    cases["log"] = (logs.values(), logs.is_attack.tolist(), logs.source.tolist())
    arrays["alarm"] = np.array([alarm["payload"], alarm["line"], strict])
    arrays["client"] = logs.client_weights("")
    documents["log"] = scale_of("log", "log", about["log"], cases["log"])
    counts = all_rows.data.groupby("source").size()
    told = [{"name": s, "licence": LICENCES[str(s)], "n": int(n)} for s, n in counts.items()]
    print(store.save(FOLDER, "requests", arrays, script=SCRIPT, rows=told))
    for form, document in documents.items():
        name = "traffic.log" if form == "log" else f"traffic.request.{form}"
        (FOLDER / f"{name}.scale.json").write_bytes(write_scale(document))
        show(form, document)


def _at_ten(document: dict[str, object]) -> float:
    """The measurement at which the scale's likelihood ratio reaches 10: worth a reader's look.

    A scale that is held below 10 reaches three quarters of its bound there.
    """
    knots = document["knots"]
    assert isinstance(knots, list)
    xs, ys = zip(*knots, strict=True)
    return float(np.interp(1.0 if ys[-1] > 1.0 else 0.75 * ys[-1], ys, xs))


def scale_of(
    signal: str, form: str, about: Message, cases: tuple[list[float], list[bool], list[str]]
) -> dict[str, object]:
    """The scale of one form, held out by source.

    Where more than 2 % of the held-out cases of one side mislead beyond 10 and the scale would
    go that far, no likelihood ratio beyond 10 is given at all.
    """
    document: dict[str, object] = {}
    for largest in (inf, 0.99):
        document = fit_scale(
            *cases,
            signal=f"traffic.{signal}",
            proposition="traffic.attack",
            description=about,
            method="soft-logistic",
            licences=LICENCES,
            population={"form": [form]},
            threshold_rule="every_source",
            largest=largest,
        )
        metrics, bounds = document["metrics"], document["bounds"]
        assert isinstance(metrics, dict)
        assert isinstance(bounds, list)
        pooled = metrics["pooled"]
        if not (
            (pooled["strongly_misleading_h1"] > 0.02 and bounds[0] < -1)
            or (pooled["strongly_misleading_h2"] > 0.02 and bounds[1] > 1)
        ):
            break
    return document


def show(form: str, document: dict[str, object]) -> None:
    """Print the held-out measures per source."""
    metrics = document["metrics"]
    assert isinstance(metrics, dict)
    print(form, "bounds", document["bounds"], "withheld", document["withheld"] is not None)
    for name, m in (("pooled", metrics["pooled"]), *metrics["by_source"].items()):
        shown = {k: round(v, 3) for k, v in m.items() if isinstance(v, float)}
        print("  ", name, shown)


if __name__ == "__main__":
    main()
