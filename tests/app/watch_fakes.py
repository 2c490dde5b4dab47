"""What the examining child runs in tests of watching: hashes only, so that a life is short."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path


def put_in_place(monkeypatch):
    """Let watches examine with `examine`, and load no detector to name its version."""
    from mingjian.app import watch

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
    monkeypatch.setattr(watch, "FUNCTION", "watch_fakes:examine")
    monkeypatch.setattr(watch, "ready_workbench", lambda settings: None)
    versions = {"program": "0", "detectors": {}, "scales": {}}
    monkeypatch.setattr(watch, "versions", lambda bench: versions)


def examine(request, step):
    lines = []
    for entry in request["records"]:
        if "path" in entry:
            data = Path(entry["path"]).read_bytes()
        elif "data" in entry:
            data = base64.b64decode(entry["data"])
        else:
            data = entry["text"].encode()
        flagged = ["message.fraud"] if b"flagged" in data else []
        line = {
            "id": entry["id"],
            "sha256": hashlib.sha256(data).hexdigest(),
            "flagged": flagged,
            "note": {"measured": {}},
            "aspects": [["proposition", name] for name in flagged],
        }
        if entry.get("print"):
            line["print"] = _print(data)
        lines.append(json.dumps(line) + "\n")
    return {"raw": "".join(lines).encode()}


def _print(data):
    from mingjian.warn.campaign_prints import Print, print_of_text

    if b"hostile" in data:
        return base64.b64encode(b"no print").decode()
    return base64.b64encode(Print(*print_of_text(data.decode())).packed()).decode()
