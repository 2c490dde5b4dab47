"""Train and measure `link.phishing`: two spelling models, named numbers, trees and nets, a scale.

    python training/link_phishing.py gather      # lists of this Debian machine and of packages
    python training/link_phishing.py measure     # figures per held-out source
    python training/link_phishing.py fit         # the same, then model and scale

Everything reported, and the scale, comes from folds in which the model saw no row of the source
it measures. The feed with dates is split by period and its middle period never counts: a model
that measures one end has seen only the other.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).parent))

import link_lists
from link_nets import nets
from link_organisations import NAME as ORGANISATIONS
from link_rows import LICENCES, WRITTEN, rows

from mingjian.detect.learned import store
from mingjian.detect.link.address import read_address
from mingjian.detect.link.features import NAMES, judged, measure
from mingjian.detect.link.net import Net
from mingjian.detect.link.phishing import joined
from mingjian.detect.link.spelling import buckets, quantised
from mingjian.detect.link.trees import as_arrays
from mingjian.domain.message import Message

HERE = Path(__file__).parent.parent / "src/mingjian/detect/link"
EXTRA = Path("/tmp/linkdata")
HOST_BUCKETS, PATH_BUCKETS = 1 << 18, 1 << 17
DEPTH, LEAVES, TREES = 5, 20, 300
CAP = 2500
"""Cases of a source that count for the scale."""
FEED = ("openphish-2024", "openphish-2025a", "openphish-2025b")
FOLDS: tuple[tuple[str, ...], ...] = (
    ("openphish-2024", "openphish-2025a", "citizenlab", "web log referrers", "invented: initials",
     "Chinese pages with feeds", "written by a"),
    ("openphish-2025b", "openphish-2025a", "debian homepages", "awesome lists", "forums",
     "written by b"),
    ("pdd-phishtank2017", "pdd-legit2017", "invented: pinyin names", "news feeds",
     "written by c"),
    ("invented lures", "invented: western names", "list of Chinese sites", "preloaded names"),
    ("addresses in documentation", "spamassassin ham", "invented: known names", "video pages",
     "sites with advertising", "live video", "picture pages"),
)  # fmt: skip
UNCOUNTED = {"openphish-2025a", ORGANISATIONS}
WELL_KNOWN = ("known", "official", "visited", "visited_most", "visited_page", "visited_above",
              "visited_years", "visited_reports")  # fmt: skip
TELLING = {**dict.fromkeys(WRITTEN, 1.5), ORGANISATIONS: 0.33}
"""How much these count for the trees beside another source of their size. They teach
no spelling: which runs of letters phishing has is learnt from what was found, not from what was
written for the purpose."""
MET = "written addresses"
"""What the scale calls the written rows of all writers: one source, held out whole; 1 % of one
writer's 300 would be three rows."""
SHARE = 0.5
"""How much of the scale's H2 they make up. Lists of sites hold few of the pages that
people are sent links to: signing on, paying, tracking, newsletters, somebody's page on a hosting
service."""


class Set:
    """All rows as numbers and sparse spellings."""

    def __init__(self) -> None:
        found = rows(EXTRA)
        addresses = [address for row in found if (address := read_address(row.text))]
        assert len(addresses) == len(found)
        measured = [measure(address) for address in addresses]
        self.taken_apart = list(zip(addresses, measured, strict=True))
        self.texts = [row.text for row in found]
        self.h1 = np.array([row.h1 for row in found])
        self.source = np.array([row.source for row in found])
        self.half = np.array([sum(map(ord, row.domain)) % 2 for row in found])
        self.numbers = np.array([m.numbers for m in measured])
        self.host = sparse([m.host_text for m in measured], HOST_BUCKETS)
        self.path = sparse([m.path_text for m in measured], PATH_BUCKETS)

    def weights(self, kept: np.ndarray, spelling: bool = False) -> np.ndarray:
        """A source counts with the root of its size; H1 and H2 count alike."""
        weight = np.zeros(len(self.h1))
        for name in np.unique(self.source[kept]):
            for side in (True, False):
                mine = kept & (self.source == name) & (self.h1 == side)
                if mine.any():
                    told = TELLING.get(str(name), 1.0)
                    weight[mine] = mine.sum() ** -0.5 * told
                if spelling and name in TELLING:
                    weight[mine] = 0.0
        for side in (True, False):
            mine = kept & (self.h1 == side)
            weight[mine] *= kept.sum() / 2 / weight[mine].sum()
        return weight


def sparse(texts: list[str], size: int) -> csr_matrix:
    found = [buckets(text, size) for text in texts]
    ends = np.cumsum([0, *(f.size for f in found)])
    data = np.concatenate([np.full(f.size, f.size**-0.5 if f.size else 0.0) for f in found])
    return csr_matrix((data, np.concatenate(found).astype(np.int64), ends), (len(texts), size))


def linear(matrix: csr_matrix, h1: np.ndarray, weight: np.ndarray, c: float) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=c, solver="liblinear", dual=True, tol=0.03, max_iter=80, random_state=7
    )
    return np.asarray(model.fit(matrix, h1, sample_weight=weight).coef_[0])


class Model:
    """Trained on the rows of `kept`."""

    def __init__(self, data: Set, kept: np.ndarray, seed: int = 11) -> None:
        import lightgbm

        weight, spelling = data.weights(kept), data.weights(kept, spelling=True)
        read = kept & (spelling > 0)
        spelt = np.zeros((len(data.h1), 2))
        self.spellings = []
        for column, (matrix, c) in enumerate(((data.host, 3.0), (data.path, 1.0))):
            # Trees learn from spellings measured by a model of the other half of the domains.
            for half in (0, 1):
                a, b = read & (data.half == half), kept & (data.half != half)
                spelt[b, column] = matrix[b] @ linear(matrix[a], data.h1[a], spelling[a], c)
            whole = linear(matrix[read], data.h1[read], spelling[read], c)
            self.spellings.append(whole)
        numbers = np.hstack([data.numbers, spelt])[kept]
        # A name being well known must not be all there is to learn about it.
        hidden = np.random.default_rng(seed).random(len(numbers)) < 0.5
        for name in WELL_KNOWN:
            numbers[hidden, NAMES.index(name)] = 0
        self.trees = lightgbm.LGBMClassifier(
            n_estimators=TREES, num_leaves=LEAVES, max_depth=DEPTH, learning_rate=0.06,
            min_child_samples=60, reg_lambda=10, colsample_bytree=0.4, subsample=0.7,
            subsample_freq=1, verbose=-1, n_jobs=1, random_state=seed, deterministic=True,
        )  # fmt: skip
        self.trees.fit(numbers, data.h1[kept], sample_weight=weight[kept])
        self.net = nets(numbers, data.h1[kept], weight[kept], seed)

    def measure(self, data: Set, mine: np.ndarray) -> np.ndarray:
        spelt = [data.host[mine] @ self.spellings[0], data.path[mine] @ self.spellings[1]]
        numbers = np.column_stack([data.numbers[mine], *spelt])
        grown, net = self.trees.predict(numbers, raw_score=True), Net.of(self.net)
        return np.array(
            [
                judged(joined(float(raw), net.measure(row)), *data.taken_apart[at])
                for raw, row, at in zip(grown, numbers, np.flatnonzero(mine), strict=True)
            ]
        )

    def arrays(self) -> dict[str, Any]:
        dumped = self.trees.booster_.dump_model()["tree_info"]
        return {
            **as_arrays(dumped, DEPTH),
            **self.net,
            **quantised(self.spellings[0], "host"),
            **quantised(self.spellings[1], "path"),
        }


def held_out(data: Set) -> np.ndarray:
    """The measurement of every row by a model without its fold; NaN where it does not count."""
    scores = np.full(len(data.h1), np.nan)
    for fold in FOLDS:
        out = np.isin(data.source, fold)
        counted = out & ~np.isin(data.source, sorted(UNCOUNTED))
        scores[counted] = Model(data, ~out).measure(data, counted)
    return scores


def whole_feed(data: Set) -> None:
    """What remains for the feed of 2024/25 when nothing of it was seen at all."""
    from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

    h2 = ["citizenlab", "debian homepages", "awesome lists"]
    out = np.isin(data.source, [*FEED, *h2])
    mine = np.flatnonzero(out)
    chosen = np.random.default_rng(3).choice(mine, min(12000, mine.size), replace=False)
    flag = np.zeros(len(data.h1), dtype=bool)
    flag[chosen] = True
    scores = Model(data, ~out).measure(data, flag)
    is_h1 = data.h1[flag]
    print(f"feed never seen: AUROC {auroc(scores, is_h1):.3f} TPR@1%FPR "
          f"{tpr_at_1fpr(scores, is_h1):.3f} against {', '.join(h2)}")  # fmt: skip


def report(data: Set, scores: np.ndarray, document: dict[str, Any], chosen: np.ndarray) -> None:
    from mingjian.weigh.validate.metrics import auroc, tpr_at_1fpr

    ok = np.zeros(len(scores), dtype=bool)
    ok[chosen] = True
    invented = np.char.startswith(data.source.astype(str), "invented")
    found = ok & ~data.h1 & ~invented & ~np.isin(data.source, WRITTEN)
    by = document["metrics"]["by_source"]
    print("pooled", document["metrics"]["pooled"])
    print("threshold", document["threshold"], "bounds", document["bounds"])
    knots = np.array(document["knots"]).T
    for names in (*((name,) for name in WRITTEN), WRITTEN):
        mine = ok & np.isin(data.source, names)
        both, is_h1 = scores[mine], data.h1[mine]
        over, beyond = both >= document["threshold"], np.interp(both, *knots) > 1
        print(
            f"{', '.join(names):28} n={is_h1.sum()}/{(~is_h1).sum()} "
            f"AUROC {auroc(both, is_h1):.3f} TPR@1% {tpr_at_1fpr(both, is_h1):.3f} "
            f"by the final scale: flagged {over[is_h1].mean():.3f}/{over[~is_h1].mean():.3f}, "
            f"LR>10 of H2 {beyond[~is_h1].mean():.3f}",
            by[MET] if len(names) > 1 else "",
        )
    for name in np.unique(data.source[ok & ~np.isin(data.source, WRITTEN)]):
        mine = ok & (data.source == name)
        over = float((scores[mine] >= document["threshold"]).mean())
        line = f"{name:28} n={mine.sum():5} flagged by the final threshold {over:.3f}"
        if data.h1[mine][0]:
            fold = next(fold for fold in FOLDS if name in fold)
            of_fold = ok & ~data.h1 & np.isin(data.source, fold)
            # Of the lures' fold the invented names are its ordinary ones.
            one_model = of_fold if name == "invented lures" else of_fold & found
            for said, h2 in (("", found), (" within one model", one_model)):
                both = np.r_[scores[mine], scores[h2]]
                is_h1 = np.r_[np.ones(mine.sum(), bool), np.zeros(h2.sum(), bool)]
                line += (
                    f"{said} AUROC {auroc(both, is_h1):.3f} TPR@1% {tpr_at_1fpr(both, is_h1):.3f}"
                )
        told = by[str(name)]
        wrong = {k: told.get(k) for k in ("frozen_fpr", "frozen_tpr", "cllr") if k in told}
        print(line, wrong)


def weigh(data: Set, scores: np.ndarray) -> dict[str, Any]:
    """The scale of held-out measurements, and what it gave, by source."""
    from mingjian.weigh.fit import fit_scale

    rng = np.random.default_rng(5)
    chosen: list[int] = []
    met = np.isin(data.source, WRITTEN)
    source = np.where(met, MET, data.source)
    for name in np.unique(source):
        mine = np.flatnonzero((source == name) & ~np.isnan(scores))
        chosen += rng.choice(mine, min(CAP, mine.size), replace=False).tolist()
    picked = np.array(sorted(chosen))
    weight = np.ones(picked.size)
    ours, others = (~data.h1[picked] & side for side in (met[picked], ~met[picked]))
    weight[ours] = SHARE / (1 - SHARE) * others.sum() / ours.sum()
    document = fit_scale(
        scores[picked].round(4).tolist(),
        data.h1[picked].tolist(),
        source[picked].tolist(),
        weights=weight.tolist(),
        signal="link.phishing",
        proposition="link.phishing",
        description=Message(
            "2002 至 2026 年的网址：两个钓鱼网址来源（2017、2024—2025 年）、"
            "自造仿冒网址；三人撰写的登录、付款、跟踪、托管等网址（占普通一侧的一半）；网站名录、"
            "文档与邮件中的链接、日志来源页、视频、图片、论坛与中文网页、新闻源、"
            "网站域名表，以及自造的普通深层网址",
            "web addresses of 2002 to 2026: two sources of phishing addresses (2017, 2024-2025) "
            "and invented look-alikes; addresses of signing on, paying, tracking and hosted pages "
            "that three writers wrote (half of the ordinary side); directories of sites, links in "
            "documentation and mail, "
            "log referrers, pages of films, pictures, forums and Chinese sites, news feeds, lists "
            "of names, and invented ordinary deep addresses",
        ),
        method="logistic",
        licences=LICENCES,
        population={"form": ["web"]},
        threshold_rule="every_source",
    )
    report(data, scores, document, picked)
    return document


def fit(write: bool) -> None:
    from mingjian.weigh.fit import write_scale

    data = Set()
    document = weigh(data, held_out(data))
    whole_feed(data)
    if not write:
        return
    model = Model(data, np.ones(len(data.h1), dtype=bool))
    told = [
        {"name": str(n), "licence": LICENCES[str(n)], "n": int((data.source == n).sum())}
        for n in np.unique(data.source)
    ]
    store.save(HERE, "link_phishing", model.arrays(), script="training/link_phishing.py", rows=told)
    (HERE / "link.phishing.scale.json").write_bytes(write_scale(document))


def gather() -> None:
    """Addresses that documentation and package lists on this machine and a few published
    packages hold, one a line."""
    EXTRA.mkdir(exist_ok=True)
    link_lists.gather(EXTRA)
    lists = sorted(Path("/var/lib/apt/lists").glob("*Packages*"))
    told = subprocess.run(
        ["/usr/lib/apt/apt-helper", "cat-file", *map(str, lists)], capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    homes = sorted(set(re.findall(r"^Homepage: (\S+)", told, re.M)))
    (EXTRA / "debhome.txt").write_text("\n".join(homes), "utf-8")
    link = re.compile(rb"https?://[A-Za-z0-9./_~:?#@!$&'()*+,;=%-]{4,300}")
    found: set[str] = set()
    for root in ("/usr/share/doc", "/usr/lib/python3", sys.prefix + "/lib"):
        for path in Path(root).rglob("*"):
            if path.is_file() and path.stat().st_size < 4_000_000:
                data = path.read_bytes()
                if b"\0" not in data[:1000]:
                    found |= {m.decode().rstrip(").,;:'*") for m in link.findall(data)}
    (EXTRA / "pyurls.txt").write_text("\n".join(sorted(found)), "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("gather", "measure", "fit"))
    what = parser.parse_args().what
    gather() if what == "gather" else fit(what == "fit")
