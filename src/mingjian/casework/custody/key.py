"""The custody key: Ed25519, made on first use, kept in a file only its owner can read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mingjian.domain.message import Message

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE = "custody.key"

PublicKeys = Mapping[str, bytes]
"""Key id -> 32 bytes of the public key."""


class KeyProblem(Exception):
    """The key file cannot be used; carries the reader's reason."""

    def __init__(self, what: Message) -> None:
        super().__init__(what.en)
        self.what = what


def key_id(public: bytes) -> str:
    """First 16 hex digits of SHA-256 of the raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CustodyKey:
    """A private key ready to sign, and the public half that checks it."""

    private: Ed25519PrivateKey
    public: bytes
    id: str

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def load_key(folder: Path) -> CustodyKey:
    """The key in `folder`, made (mode 0600) if there is none; raises `KeyProblem`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    file = folder / KEY_FILE
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        _create(file, pem)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise KeyProblem(
            Message(
                f"保管链私钥 {file} 可被他人读取。请执行 chmod 600 后重试。",
                f"Others can read the custody key {file}. Run chmod 600 on it and try again.",
            )
        )
    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(
            Message(
                f"{file} 不是有效的 Ed25519 私钥。",
                f"{file} does not hold a valid Ed25519 private key.",
            )
        )
    public = private.public_key().public_bytes_raw()
    return CustodyKey(private, public, key_id(public))


def _create(file: Path, pem: bytes) -> None:
    """Write the key whole or not at all; of two processes at once, the first one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{KEY_FILE}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, pem)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def signature_holds(public: bytes, signature: str, message: bytes) -> bool:
    """Whether `signature` (hex) over `message` was made with the key of `public`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = bytes.fromhex(signature)
        if raw.hex() != signature:  # one way to write it: capitals would be an altered byte
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True
