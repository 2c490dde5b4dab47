"""Hostile by naming: memo tricks, computed, escaped and dotted names, the extension registry."""

from __future__ import annotations

from typing import Any

from assemble import Put, call, expression, name, short
from hostile_shapes import GLOBAL, P2, P4, SYSTEM, TRUE


def _memo() -> list[bytes]:
    """Names that the memo holds, and readers that follow the wrong slot."""
    safe = short("torch._utils"), short("_rebuild_tensor_v2")
    evil = short("os"), short("system")
    return [
        P4
        + evil[0]
        + b"q\x00"
        + evil[1]
        + b"q\x01"
        + safe[0]
        + b"\x94"
        + safe[1]
        + b"\x94"
        + b"h\x00h\x01\x93"
        + TRUE
        + b".",
        P4
        + safe[0]
        + b"q\x05"
        + evil[0]
        + b"q\x05"
        + evil[1]
        + b"q\x06h\x05h\x06\x93"
        + TRUE
        + b".",
        P4 + evil[0] + b"\x94" + evil[1] + b"\x94" + b"(00" + b"h\x00h\x01\x93" + TRUE + b".",
        P4
        + evil[0]
        + b"r\x00\x01\x00\x000"
        + evil[1]
        + b"r\x01\x01\x00\x000j\x00\x01\x00\x00j\x01\x01\x00\x00\x93"
        + TRUE
        + b".",
        b"Vos\np0\n0Vsystem\np1\n0g0\ng1\n\x93(Vtrue\ntR.",
        b"Vos\np00\n0Vsystem\np+1\n0g0\ng1\n\x93(Vtrue\ntR.",
        P2 + GLOBAL + b"q\x000cbuiltins\nlist\nq\x010h\x00" + TRUE + b".",
        P2 + b"cbuiltins\nlist\nq\x000" + GLOBAL + b"q\x000h\x00" + TRUE + b".",
        P4 + evil[0] + evil[1] + b"\x93\x940h\x00" + short("true") + b"\x940(h\x01tR.",
        P2 + b"(" + GLOBAL + b"q\x01" + short("true") + b"tq\x02" + b"0h\x01" + TRUE + b".",
        P4
        + short("numpy")
        + short("size")
        + b"\x93\x94\x94"
        + short("numpy")
        + short("__builtins__")
        + b"\x93\x94\x94h\x01}}"
        + short("shape")
        + b"h\x03s\x86bh\x01h\x01"
        + short("eval")
        + b"\x86R"
        + short("print('apart')")
        + b"\x85R.",
    ]


def _computed() -> list[bytes]:
    """Names that no string of the file spells."""

    def at(module: Any, attribute: Any) -> bytes:
        return (
            P4
            + expression(module, "stack")
            + expression(attribute, "stack")
            + b"\x93"
            + TRUE
            + b"."
        )

    rot = call("codecs.decode", "bf", "rot13"), call("codecs.decode", "flfgrz", "rot13")
    joined = (
        call("builtins:str.join", "", ["o", "s"]),
        call("builtins:str.join", "", ["sys", "tem"]),
    )
    decoded = call("_codecs.encode", "os", "utf-8"), "system"
    formatted = call("builtins:str.format", "{}s", "o"), call("builtins:str.lower", "SYSTEM")
    backwards = (
        call("builtins:str.__getitem__", "so", call("builtins.slice", None, None, -1)),
        "system",
    )
    pairs = [
        rot,
        joined,
        decoded,
        formatted,
        backwards,
        (call("builtins.str", b"os", "ascii"), "system"),
        ("os", call("operator.add", "sys", "tem")),
        (call("builtins.chr", 111), "system"),
        (call("builtins:bytes.decode", b"os"), call("builtins:bytes.decode", b"system")),
    ]
    return [at(*pair) for pair in pairs]


def _extensions() -> list[bytes]:
    register = expression(call("copyreg.add_extension", "os", "system", 7), "binary") + b"0"
    return [
        P2 + register + b"\x82\x07" + TRUE + b".",
        P2 + register + b"\x83\x07\x00" + TRUE + b".",
        P2 + register + b"\x84\x07\x00\x00\x00" + TRUE + b".",
        P2
        + expression(Put(name("copyreg._inverted_registry"), 9, ("os", "system")), "binary")
        + b"0\x82\x09"
        + TRUE
        + b".",
        P2
        + expression(Put(name("copyreg._extension_cache"), 9, SYSTEM), "binary")
        + b"0\x82\x09"
        + TRUE
        + b".",
    ]


def _escaped() -> list[bytes]:
    return [
        rb"V\u006f\u0073" + b"\n" + rb"V\u0073ystem" + b"\n\x93(Vtrue\ntR.",
        rb"S'\x6f\x73'" + b"\n" + rb"S'\x73\x79stem'" + b"\n\x93(S'true'\ntR.",
        b'S"os"\nS"system"\n\x93(S"true"\ntR.',
        P4
        + b"X\x02\x00\x00\x00os"
        + b"\x8d\x06\x00\x00\x00\x00\x00\x00\x00system\x93"
        + TRUE
        + b".",
        P4 + b"T\x02\x00\x00\x00osU\x06system\x93" + TRUE + b".",
        P4 + b"cshutil\nos.system\n" + TRUE + b".",
        P4 + b"clogging\nos.system\n" + TRUE + b".",
        P4 + b"ccollections\n_sys.modules.get\n" + short("os") + b"\x85R.",
        P4 + b"ctorch.nn\nModule.__init__.__globals__.__getitem__\n" + short("torch") + b"\x85R.",
        P4 + b"cnumpy\ncore._internal.sys.modules.__getitem__\n" + short("os") + b"\x85R.",
        P4 + b"cbuiltins\neval.__call__\n" + short("1") + b"\x85R.",
        P4 + b"cdatetime\nsys.modules.get\n" + short("os") + b"\x85R.",
        P4 + b"cjoblib.numpy_pickle\nos.system\n" + TRUE + b".",
        P4 + b"csklearn.base\nwarnings.sys.modules.get\n" + short("os") + b"\x85R.",
        P4 + b"cpandas.core.frame\nDataFrame.__init__.__globals__.get\n" + short("sys") + b"\x85R.",
        P4 + b"cnumpy.random\n_pickle.__builtins__.get\n" + short("exec") + b"\x85R.",
        P4 + b"cenum\nsys._getframe\n" + b")R.",
        P4 + b"cos\n__dict__.__getitem__\n" + short("system") + b"\x85R" + TRUE + b".",
    ]


FAMILIES: dict[str, list[bytes]] = {
    "memo-confusion": _memo(),
    "computed-name": _computed(),
    "extension-registry": _extensions(),
    "escaped-dotted": _escaped(),
}
