"""Functions that a test has run in the sandbox. Loaded by the child as ``fakes:name``."""

import contextlib
import ctypes
import hashlib
import os
import signal
import socket
import sys
import time
from pathlib import Path


def record(sha256, data, path, parent=None, **more):
    return {
        "sha256": sha256,
        "sm3": "0" * 64,
        "path": path,
        "kind": "text",
        "format": "plain-text",
        "size": len(data),
        "parent": parent,
        "step": None if parent is None else "member",
        "examinations": [
            {"detector": "fake.words", "version": "1", "state": "quiet", "findings": []}
        ],
        "not_examined": [],
        "weights": [],
        **more,
    }


def examine(request, step):
    """One record, cheaply."""
    data = Path(request["path"]).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    step(f"fake.words|{sha256}")
    return {"records": [record(sha256, data, request["name"])], "vault": []}


PREPARED = []


def prepare(options):
    if options.get("word") == "raise":
        raise RuntimeError("secret")
    PREPARED.append(options)


def prepared(request, step):
    """What was prepared in this child, and which child it is."""
    return {"prepared": PREPARED, "pid": os.getpid()}


def examine_after_preparing(request, step):
    assert [request["options"]] == PREPARED
    return examine(request, step)


def examine_slowly(request, step):
    time.sleep(0.01)
    return examine(request, step)


def examine_with_part(request, step):
    """A record with a part in the spool and one in line."""
    import base64

    answer = examine(request, step)
    own = answer["records"][0]
    for number, where in enumerate(("spool", "inline")):
        data = f"part {number} of {own['sha256']}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        answer["records"].append(record(sha256, data, f"{own['path']}/{where}", own["sha256"]))
        if where == "spool":
            file = Path(request["spool"], f"part-{sha256}")
            file.write_bytes(data if b"LIAR" not in Path(request["path"]).read_bytes() else b"x")
            answer["vault"].append({"sha256": sha256, "spool": str(file)})
        else:
            answer["vault"].append({"sha256": sha256, "inline": base64.b64encode(data).decode()})
    return answer


def examine_hostile(request, step):
    """What the file says is what happens at the detector `fake.bad`, unless it is skipped."""
    data = Path(request["path"]).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    skipped = {one["step"]: one for one in request["skip"]}
    name = f"fake.bad|{sha256}"
    step(name)
    if name not in skipped:
        act(data.decode(), step)
    answer = examine(request, step)
    answer["records"][0]["skipped"] = [one["state"] for one in skipped.values()]
    return answer


def act(word, step=None):
    if word == "segfault":
        ctypes.string_at(0)
    elif word == "loop":
        while True:
            time.sleep(0.001)
    elif word == "bomb":
        bytes(10 << 30)
    elif word == "exit":
        os._exit(3)
    elif word == "quit":
        sys.exit(3)
    elif word == "murder":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    elif word == "raise":
        raise TypeError("secret content")
    elif word == "print":
        print("secret content")
        os.write(1, b"secret content")
        os.write(2, b"secret content")
        sys.stderr.write("secret content")
    elif word == "close":
        os.closerange(0, 1000)
        time.sleep(60)
    elif word == "babble":
        for descriptor in range(3, 64):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"\xff" * 64)
        time.sleep(60)


def do(request, step):
    """Act out `word`; the answer tells what the child can see of the world."""
    word = request.get("word", "")
    step(request.get("step", ""))
    if word == "huge":
        return {"text": "x" * request["size"]}
    if word == "deep":
        return {"text": [[]]}
    if word == "world":
        try:
            socket.create_connection(("127.0.0.1", request["port"]), timeout=2).close()
            connected = True
        except OSError:
            connected = False
        return {
            "connected": connected,
            "environment": sorted(os.environ),
            "path": sys.path,
            "cwd": os.getcwd(),
            "pid": os.getpid(),
        }
    act(word, step)
    return {"word": word, "pid": os.getpid()}


def records(request, step):
    """A batch: a record that says so kills the child."""
    for one in request["records"]:
        act(one["text"], step)
    return {"lines": [one["text"].upper() for one in request["records"]]}
