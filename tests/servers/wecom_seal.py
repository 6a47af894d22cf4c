"""WeCom's envelope by another implementation than the product's: AES by the openssl command, the rest by hand."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess

import pytest

from tests.requirements import need


def need_openssl() -> None:
    need("openssl", shutil.which("openssl") is not None, "apt install openssl")


def signature(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, sealed])).encode()).hexdigest()


def seal(key: str, message: str, receiver: str, *, random: bytes | None = None) -> str:
    """`key` has 43 letters, as in the console; what is sealed is in Base64."""
    body = message.encode()
    plain = (random or os.urandom(16)) + len(body).to_bytes(4, "big") + body + receiver.encode()
    pad = 32 - len(plain) % 32
    return base64.b64encode(_aes("-e", key, plain + bytes([pad]) * pad)).decode()


def sealed_bytes(key: str, padded: bytes) -> bytes:
    """Bytes that are padded already, as files are sealed."""
    return _aes("-e", key, padded)


def unseal(key: str, sealed: str) -> tuple[str, str]:
    """The message and the receiver."""
    padded = _aes("-d", key, base64.b64decode(sealed))
    plain = padded[: -padded[-1]]
    end = 20 + int.from_bytes(plain[16:20], "big")
    return plain[20:end].decode(), plain[end:].decode()


def _aes(direction: str, key: str, data: bytes) -> bytes:
    raw = base64.b64decode(key + "=")
    command = ["openssl", "enc", direction, "-aes-256-cbc", "-nopad", "-K", raw.hex(), "-iv", raw[:16].hex()]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


@pytest.fixture
def openssl() -> None:
    need_openssl()
