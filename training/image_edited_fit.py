"""Learns the tile network and fits the scale `image.edited` from tables of traces.

    python image_edited_history.py ...    first
    python image_edited_fit.py --tables TABLES [--write]

Every picture is read by a network that saw no picture of its fold; the weights over the map's
summary are fitted on such readings of the other folds. Sources count by the root of their size.
"""

from __future__ import annotations

import argparse
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from mingjian.detect.image.edited import MODEL
from mingjian.detect.image.edited_model import EditedModel, inputs_of, summary_of
from mingjian.detect.learned.store import save
from mingjian.domain.message import Message
from mingjian.weigh.fit import fit_scale, write_scale
from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/image"
TOGETHER = {
    "screens_comfyui": "screens", "screens_web": "screens", "manual_gimp": "screens",
    "painted_wesnoth": "drawn", "wallpapers_plasma": "drawn", "wallpapers_gnome": "drawn",
    "scans": "drawn", "drawings": "drawn",
}  # fmt: skip
Floats = NDArray[np.float64]


@dataclass
class Pictures:
    levels: list[NDArray[np.float32]]
    shares: list[NDArray[np.float32]]
    told: dict[str, NDArray[np.generic]]

    @property
    def forged(self) -> NDArray[np.bool_]:
        return self.told["kind"] != "untouched"


def read(folder: Path) -> Pictures:
    parts = [np.load(path, allow_pickle=False) for path in sorted(folder.glob("part*.npz"))]
    levels, shares = [], []
    for part in parts:
        ends = np.cumsum(part["sizes"])
        every, share = part["levels"], part["shares"]
        for end, size, rows, columns in zip(
            ends, part["sizes"], part["rows"].astype(int), part["columns"].astype(int), strict=True
        ):
            levels.append(every[end - size : end].astype(np.float32).reshape(rows, columns, -1))
            shares.append(share[end - size : end].reshape(rows, columns))
    names = ("name", "source", "fold", "licence", "kind", "saved", "gain", "table")
    told = {name: np.concatenate([part[name] for part in parts]) for name in names}
    told["gain"], told["table"] = told["gain"].astype(float), told["table"].astype(float)
    told["fold"] = np.array([TOGETHER.get(name, name) for name in told["fold"].tolist()])
    return Pictures(levels, shares, told)


def inputs(data: Pictures, i: int) -> NDArray[np.float32]:
    return inputs_of(data.levels[i], float(data.told["gain"][i]), float(data.told["table"][i]))


def network(data: Pictures, kept: NDArray[np.int64], seed: int = 0) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for i in kept.tolist():
        share = data.shares[i].ravel()
        clean, altered = np.nonzero(share < 0.02)[0], np.nonzero(share > 0.7)[0]
        most = 70 if data.forged[i] else 110
        chosen = np.concatenate([rng.permutation(clean)[:most], rng.permutation(altered)[:90]])
        rows.append(inputs(data, i)[chosen])
        labels.append((share > 0.5)[chosen])
    model = MLPClassifier(
        (40, 20),
        alpha=3e-3,
        batch_size=1024,
        learning_rate_init=2e-3,
        max_iter=10,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(np.concatenate(rows), np.concatenate(labels))
    found: dict[str, Floats] = {}
    for number, (matrix, add) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        found[f"matrix{number}"], found[f"add{number}"] = (
            np.asarray(part, dtype=np.float32) for part in (matrix, add)
        )
    return found


def odds_of(arrays: dict[str, Floats], data: Pictures, i: int) -> NDArray[np.float32]:
    model = EditedModel.of({**arrays, "weights": np.zeros(7)})
    told = data.told
    return model.odds(data.levels[i], float(told["gain"][i]), float(told["table"][i]))


def even(forged: NDArray[np.bool_], source: NDArray[np.str_]) -> Floats:
    weight = np.zeros(len(source))
    for side in (True, False):
        for name in np.unique(source[forged == side]):
            mine = (forged == side) & (source == name)
            weight[mine] = 1 / np.sqrt(mine.sum())
        weight[forged == side] /= weight[forged == side].sum()
    return weight * len(source)


def weights(summaries: Floats, forged: NDArray[np.bool_], source: NDArray[np.str_]) -> Floats:
    spread = summaries.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=2000)
    model.fit(summaries / spread, forged, sample_weight=even(forged, source))
    return np.concatenate([model.intercept_, model.coef_[0] / spread])


def found_at(odds: NDArray[np.float32], share: NDArray[np.float32]) -> float:
    """Pixel F1 (by tiles) of the region pointed out."""
    from mingjian.detect.image.edited_model import region_of

    mask, truth = region_of(odds).mask, share > 0.5
    return 2 * float((mask & truth).sum()) / max(1.0, float(mask.sum() + truth.sum()))


def fit(folder: Path, write: bool) -> None:
    data = read(folder)
    forged, fold, source = data.forged, data.told["fold"], data.told["source"]
    summaries = np.zeros((len(forged), 6))
    overlap = np.zeros(len(forged))
    tiles: list[tuple[float, float]] = []
    for name in np.unique(fold):
        arrays = network(data, np.nonzero(fold != name)[0])
        np.savez(folder / f"fold-{name}.npz", **arrays)
        for i in np.nonzero(fold == name)[0].tolist():
            odds = odds_of(arrays, data, i)
            summaries[i] = summary_of(odds)
            if forged[i]:
                overlap[i] = found_at(odds, data.shares[i])
                inside, outside = data.shares[i] > 0.7, data.shares[i] < 0.02
                if inside.any() and outside.any():
                    tiles.append((float(np.mean(odds[inside])), float(np.mean(odds[outside]))))
        print("read", name, flush=True)
    print("forged tiles against others (mean log-odds)", np.mean(tiles, axis=0).round(2))
    scores = np.zeros(len(forged))
    solved_by_fold = {}
    for name in np.unique(fold):
        out = fold == name
        solved = weights(summaries[~out], forged[~out], source[~out])
        solved_by_fold[str(name)] = solved
        scores[out] = summaries[out] @ solved[1:] + solved[0]
    np.savez(folder / "weights.npz", **solved_by_fold)
    report(data, scores, overlap)
    document = scale(data, scores)
    metrics = document["metrics"]
    print({key: metrics["pooled"][key] for key in metrics["pooled"]})
    print("threshold", document["threshold"], "bounds", document["bounds"])
    print("withheld", document.get("withheld"))
    if write:
        arrays = network(data, np.arange(len(forged)))
        arrays["weights"] = weights(summaries, forged, source)
        rows = [
            {"name": str(name), "licence": str(data.told["licence"][source == name][0]),
             "n": int((source == name).sum())}
            for name in np.unique(source)
        ]  # fmt: skip
        save(FOLDER, MODEL, arrays, script="training/image_edited_fit.py", rows=rows)
        (FOLDER / "image.edited.scale.json").write_bytes(write_scale(document))
    np.savez(folder / "scores.npz", scores=scores, overlap=overlap, summaries=summaries)


def scale(data: Pictures, scores: Floats) -> dict[str, object]:
    source = data.told["source"]
    folds = [
        frozenset(np.unique(source[data.told["fold"] == name]).tolist())
        for name in np.unique(data.told["fold"])
    ]
    licences = {
        str(name): str(data.told["licence"][source == name][0]) for name in np.unique(source)
    }
    return fit_scale(
        scores.tolist(),
        data.forged.tolist(),
        source.tolist(),
        signal="image.edited",
        proposition="image.edited",
        description=Message(
            "相机照片、壁纸、截屏、绘图及其再保存、缩小和裁剪，与由它们自制的拼接、局部模糊、加噪、复制",
            "camera photos, wallpapers, screenshots and drawings, saved again, made smaller and "
            "cropped, against splices, local blur, noise and copies made of them here",
        ),
        method="logistic",
        licences=licences,
        folds=folds,
        threshold_rule="every_source",
        largest=1.5,
        population={"resolution": {"min": 230, "max": 1100}},
    )


def report(data: Pictures, scores: Floats, overlap: Floats) -> None:
    forged = data.forged
    told = data.told
    threshold = float(np.quantile(scores[~forged], 0.99))
    five = float(np.quantile(scores[~forged], 0.96))
    print(f"pooled AUROC {auroc(scores, forged):.3f} TPR@1% {tpr_at_1fpr(scores, forged):.3f}")
    print(f"1 % of untouched at {threshold:.2f}, 4 % at {five:.2f}")
    for name in np.unique(told["fold"]):
        mine = told["fold"] == name
        line = f"{name:24} n={mine.sum():4} untouched={(mine & ~forged).sum():4}"
        if forged[mine].any():
            line += f" AUROC {auroc(scores[mine], forged[mine]):.3f}"
            line += f" TPR@1% {tpr_at_1fpr(scores[mine], forged[mine]):.3f}"
        untouched = scores[mine & ~forged]
        line += f" false alarms at 4 %: {np.mean(untouched >= five):.3f}"
        print(line + f" at 1 %: {np.mean(untouched >= threshold):.3f}")
    groups: dict[str, list[int]] = defaultdict(list)
    for i in np.nonzero(forged)[0].tolist():
        for key in (told["kind"][i], told["saved"][i], f"{told['kind'][i]}, {told['saved'][i]}"):
            groups[str(key)].append(i)
    groups["all"] = np.nonzero(forged)[0].tolist()
    for key, chosen in sorted(groups.items()):
        both = np.concatenate([scores[chosen], scores[~forged]])
        labels = np.arange(len(both)) < len(chosen)
        hit = scores[chosen] >= five
        right = overlap[chosen][hit] >= 0.5
        print(
            f"{key:24} n={len(chosen):4} AUROC {auroc(both, labels):.3f} TPR@1% "
            f"{np.mean(scores[chosen] >= threshold):.3f} TPR@4% {hit.mean():.3f} "
            f"right region of these {right.mean() if hit.any() else 0:.2f}"
        )
    for form in np.unique(told["saved"][~forged]):
        mine = ~forged & (told["saved"] == form)
        print(f"untouched {form:14} n={mine.sum():4} >= 4 %: {np.mean(scores[mine] >= five):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    fit(chosen.tables, chosen.write)
