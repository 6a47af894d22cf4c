"""The envelope of WeCom's callbacks: signed with SHA-1 over sorted strings, sealed with AES-256-CBC."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

KEY = re.compile(r"[A-Za-z0-9]{43}")
BLOCK_BYTES = 32
RANDOM_BYTES, LENGTH_BYTES = 16, 4


class Refusal(PermissionError):
    """A callback that is not taken: `code` says which setting it contradicts (a key of bot/texts: `wecom.<code>`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Envelope:
    """`token` and `encoding_aes_key` (43 letters and digits) as in the console, `receive_id` the corp id.

    Raises ValueError for what can be no key.
    """

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        if not KEY.fullmatch(encoding_aes_key):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        self._token = token
        self._key = base64.b64decode(f"{encoding_aes_key}=")
        self._receive_id = receive_id.encode()

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        parts = sorted((self._token, timestamp, nonce, sealed))
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def open(self, signature: str, timestamp: str, nonce: str, sealed: str) -> str:
        """What was sealed. Raises Refusal: for a wrong signature before anything is decrypted, then for what our key
        does not open, then for another receiver."""
        ours = self.signature(timestamp, nonce, sealed)
        if not hmac.compare_digest(ours.encode(), signature.encode()):
            raise Refusal("callback_token")
        try:
            message, receiver = self._unpack(self._decrypt(sealed))
            text = message.decode()
        except ValueError:
            raise Refusal("callback_key") from None
        if not hmac.compare_digest(receiver, self._receive_id):
            raise Refusal("callback_corp")
        return text

    def _decrypt(self, sealed: str) -> bytes:
        """Raises ValueError, also for wrong padding."""
        try:
            encrypted = base64.b64decode(sealed, validate=True)
        except binascii.Error as error:
            raise ValueError("not Base64") from error
        opener = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:RANDOM_BYTES])).decryptor()
        padded = opener.update(encrypted) + opener.finalize()
        unpadder = PKCS7(BLOCK_BYTES * 8).unpadder()
        return unpadder.update(padded) + unpadder.finalize()

    @staticmethod
    def _unpack(plain: bytes) -> tuple[bytes, bytes]:
        """The message and the receiver's id. Raises ValueError where the length does not fit."""
        start = RANDOM_BYTES + LENGTH_BYTES
        end = start + int.from_bytes(plain[RANDOM_BYTES:start], "big")
        if len(plain) < start or end > len(plain):
            raise ValueError("wrong length")
        return plain[start:end], plain[end:]
