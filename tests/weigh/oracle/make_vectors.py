"""Writes vectors.json: what lir 1.3.1 says of seeded random data.

Run under an environment of its own, never Mingjian's:
    python3 -m venv /tmp/lirv && /tmp/lirv/bin/pip install lir==1.3.1
    /tmp/lirv/bin/python tests/weigh/oracle/make_vectors.py
lir 1.3.1 takes and gives log10 LRs throughout.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from lir.algorithms.bayeserror import elub
from lir.algorithms.isotonic_regression import IsotonicCalibrator
from lir.algorithms.logistic_regression import LogitCalibrator
from lir.data.models import LLRData
from lir.metrics import cllr, cllr_cal, cllr_min
from lir.metrics import devpav as devpav_module

# lir 1.3.1 counts the area of a segment as negative where it starts on the diagonal and rises
# above it: (0, 0) to (0.1, 0.301) gives -0.01005. Areas are taken without their sign.
_signed = devpav_module._calcsurface
devpav_module._calcsurface = lambda c1, c2: abs(_signed(c1, c2))


def answers(llrs, labels):
    """Everything lir says of one set of log10 LRs and labels."""
    data = LLRData(features=llrs.reshape(-1, 1), labels=labels)
    standard = (llrs - llrs.mean()) / llrs.std()
    logit = LogitCalibrator().fit(standard, labels)
    return {
        "cllr": float(cllr(data)),
        "cllr_min": float(cllr_min(data)),
        "cllr_cal": float(cllr_cal(data)),
        "devpav": float(devpav_module.devpav(llrs, labels)),
        "elub": [float(bound) for bound in elub(llrs.copy(), labels)],
        "isotonic": IsotonicCalibrator(add_misleading=1).fit_transform(llrs, labels).tolist(),
        # sklearn stops at a gradient tolerance of 1e-4; the fit agrees to about that.
        "logistic_standardised": logit.transform(standard).reshape(-1).tolist(),
    }


def main():
    cases = []
    for seed, (n_h1, n_h2, shift, spread, digits) in enumerate(
        [
            (40, 60, 1.0, 1.0, 9),
            (200, 100, 0.6, 0.8, 9),
            (30, 300, 1.5, 0.7, 9),
            (100, 100, 0.0, 1.0, 9),
            (150, 150, 1.0, 1.0, 1),
            (80, 120, -0.4, 1.0, 2),
        ]
    ):
        rng = np.random.default_rng(20261101 + seed)
        h1 = rng.normal(shift, spread, n_h1)
        h2 = rng.normal(-shift, spread, n_h2)
        llrs = np.round(np.concatenate([h1, h2]), digits)
        labels = np.concatenate([np.ones(n_h1, dtype=int), np.zeros(n_h2, dtype=int)])
        case = {"llrs": llrs.tolist(), "labels": labels.tolist(), **answers(llrs, labels)}
        cases.append(case)
    document = {
        "made_with": {"lir": version("lir"), "scikit-learn": version("scikit-learn")},
        "cases": cases,
    }
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("vectors.json")
    out.write_text(json.dumps(document) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
