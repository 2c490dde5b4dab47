"""What the author of a detector imports to test it.

    from mingjian.testing import evidence_from, assert_keeps_promise

    def test_promise():
        assert_keeps_promise(MyDetector, examples=[b"...", b"..."])

`evidence_from` takes bytes in exactly as an examination would, and `assert_keeps_promise` holds
a detector against its contract (`mingjian.detect.contract`): the same checks that run over every
installed detector.
"""

from mingjian.testing.evidence import evidence_from, text_evidence
from mingjian.testing.promise import BrokenPromise, assert_keeps_promise

__all__ = ["BrokenPromise", "assert_keeps_promise", "evidence_from", "text_evidence"]
