"""Time stamps against a time-stamping authority made with openssl on the spot."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest

from mingjian.casework.custody import Action, Draft, Head, load_key, verify_entries
from mingjian.casework.custody.entry import append
from mingjian.casework.custody.stamp import (
    StampRefused,
    draft_from_response,
    imprint_of,
    request,
    verify_stamp,
)

TIME = "2026-01-31T08:00:00.000Z"
CONFIGURATION = """
[tsa]
default_tsa = t
[t]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A function that answers a query, and its folder; skips without openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program: apt-get install openssl")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "a.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes", "-config", "a.cnf")
    for name in ("root", "other"):
        out = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}")
        openssl("req", "-x509", "-days", "3650", "-extensions", "root", *new, *out)
    openssl("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=stamps")
    signing = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "3650")
    leaf = ("-extfile", "a.cnf", "-extensions", "leaf")
    openssl("x509", "-req", "-in", "tsa.csr", *signing, *leaf, "-out", "tsa.pem")

    def answer(query):
        (folder / "q.tsq").write_bytes(query)
        who = ("-signer", "tsa.pem", "-inkey", "tsa.key")
        what = ("-config", "a.cnf", "-section", "t", "-queryfile", "q.tsq", "-out", "a.tsr")
        openssl("ts", "-reply", *what, *who)
        return (folder / "a.tsr").read_bytes()

    answer.folder = folder
    return answer


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return load_key(tmp_path_factory.mktemp("home"))


def stamped_chain(key, authority):
    entries = append("A", Head.of_new("A"), [Draft(Action.REPORTED)], key, "x", TIME)
    draft = draft_from_response(entries[0], authority(request(entries[0])))
    return entries + append("A", Head(1, entries[0].hash), [draft], key, "x", TIME)


def test_a_stamp_is_taken_into_the_chain_and_checked(key, authority):
    entries = stamped_chain(key, authority)
    assert verify_entries(entries, {key.id: key.public}) == []
    assert imprint_of(entries[1]) == entries[0].hash
    assert verify_stamp(entries[1], [authority.folder / "root.pem"]) is None
    assert verify_stamp(entries[1], [authority.folder / "other.pem"]) is not None


def test_a_stamp_for_another_entry_is_refused(key, authority):
    first, second = append("A", Head.of_new("A"), [Draft(Action.REPORTED)] * 2, key, "x", TIME)
    with pytest.raises(StampRefused, match="another hash"):
        draft_from_response(second, authority(request(first)))
    with pytest.raises(StampRefused, match="RFC 3161"):
        draft_from_response(first, b"nonsense")


def test_a_stamp_that_the_chain_misquotes_is_named(key, authority):
    entries = stamped_chain(key, authority)
    details = {**entries[1].details, "hash": "0" * 64}
    forged = append(
        "A", Head(1, entries[0].hash), [Draft(Action.TIME_STAMPED, None, details)], key, "x", TIME
    )
    (problem,) = verify_entries([entries[0], *forged], {key.id: key.public})
    assert "another hash" in problem.what.en
    details = {**entries[1].details, "response": base64.b64encode(b"x").decode()}
    forged = append(
        "A", Head(1, entries[0].hash), [Draft(Action.TIME_STAMPED, None, details)], key, "x", TIME
    )
    assert verify_entries([entries[0], *forged], {key.id: key.public}) != []
