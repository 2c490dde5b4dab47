"""Agreement with lir 1.3.1: on committed vectors always, and live where lir can be imported.

Tolerances: Cllr and its parts, devPAV, isotonic LRs 1e-6; ELUB one grid step (0.01), because
the two place their grids half a step apart; logistic 0.005 in log10 LR, because scikit-learn's
solver stops at a gradient tolerance of 1e-4 and ours at machine precision.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from mingjian.weigh.calibrate import elub, isotonic, logistic
from mingjian.weigh.validate.metrics import cllr, cllr_cal, cllr_min, devpav

DOCUMENT = json.loads((Path(__file__).parent / "oracle" / "vectors.json").read_text("utf-8"))
CASES = DOCUMENT["cases"]


def arrays(case):
    return np.array(case["llrs"]), np.array(case["labels"], dtype=bool)


def test_vectors_come_from_the_named_release():
    assert DOCUMENT["made_with"]["lir"] == "1.3.1"
    assert len(CASES) >= 6


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", [cllr, cllr_min, cllr_cal, devpav])
def test_measures(case, measure):
    assert measure(*arrays(case)) == pytest.approx(case[measure.__name__], abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_elub(case):
    assert elub(*arrays(case)) == pytest.approx(case["elub"], abs=0.0101)


@pytest.mark.parametrize("case", CASES)
def test_isotonic(case):
    llrs, is_h1 = arrays(case)
    distinct, fitted = isotonic(llrs, is_h1, pseudo=1)
    ours = fitted[np.searchsorted(distinct, llrs)]
    np.testing.assert_allclose(ours, case["isotonic"], atol=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_logistic(case):
    llrs, is_h1 = arrays(case)
    theirs = np.array(case["logistic_standardised"])
    if np.polyfit(llrs, theirs, 1)[0] < 0:
        # lir lets a weight fall as the score rises; ours says nothing instead.
        assert logistic(llrs[:, None], is_h1).slopes == (0.0,)
        return
    ours = logistic(llrs[:, None], is_h1).at(llrs[:, None])
    np.testing.assert_allclose(ours, theirs, atol=0.005)


def test_live():
    pytest.importorskip("lir", reason="lir is not installed here (a test-only oracle)")
    from lir.data.models import LLRData
    from lir.metrics import cllr as lir_cllr
    from lir.metrics import cllr_min as lir_cllr_min

    rng = np.random.default_rng()
    labels = rng.random(500) < 0.4
    llrs = rng.normal(size=500) + labels
    data = LLRData(features=llrs.reshape(-1, 1), labels=labels.astype(int))
    assert cllr(llrs, labels) == pytest.approx(lir_cllr(data), abs=1e-9)
    assert cllr_min(llrs, labels) == pytest.approx(lir_cllr_min(data), abs=1e-6)
