"""Small scales and findings made for the tests of weighing."""

from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.examination import Examination, ExaminationState
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.weigh.scale import Scale

SAID = Message("测试", "a test")
PAIR = PropositionPair("test.marked", Message("有记号", "marked"), Message("无记号", "unmarked"))


def document(**changes):
    """The JSON of a valid scale: log10 LR rises from -2 at 0 to 3 at 2, bounded to ±2.5."""
    return {
        "format": "mingjian.scale/1",
        "signal": "test.ink",
        "proposition": PAIR.id,
        "version": "1",
        "fitted": "2026-11-01",
        "method": "isotonic",
        "knots": [[0.0, -2.0], [1.0, 0.0], [2.0, 3.0]],
        "bounds": [-1.5, 2.5],
        "threshold": 1.2,
        "group": None,
        "population": {},
        "reference": {
            "description": {"zh": "自制样本", "en": "made-up cases"},
            "n_h1": 400,
            "n_h2": 600,
            "sources": [
                {"name": "made", "licence": "Apache-2.0", "n": 1000, "label": "both"},
            ],
        },
        "research": False,
        "withheld": None,
        "metrics": {"pooled": {"cllr": 0.3}, "by_source": {}},
        "data_sha256": "0" * 64,
        **changes,
    }


def scale(**changes):
    return Scale.from_json(document(**changes))


def finding(score=1.5, signal="test.ink", **changes):
    return Finding(
        **{
            "signal": signal,
            "because": SAID,
            "score": score,
            "proposition": PAIR.id,
            **changes,
        }
    )


def examination(*findings, state=ExaminationState.FOUND):
    return Examination(
        detector="test.ink",
        version="1",
        state=state,
        reason=None if state is ExaminationState.FOUND else SAID,
        findings=findings,
    )


class NoBytes:
    """Content of no length: weighing never reads any."""

    size = 0

    def view(self):
        return memoryview(b"")


def part(path):
    return Evidence(
        sha256=path.encode().hex().ljust(64, "0")[:64],
        sm3="0" * 64,
        size=0,
        path=path,
        identity=Identity(kind=EvidenceKind.MODEL, format="pickle"),
        content=NoBytes(),
    )
