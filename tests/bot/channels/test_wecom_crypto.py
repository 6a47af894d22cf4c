"""The envelope against published examples, the openssl command and Node's crypto."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom_app.crypto import Envelope, Refusal
from bot.channels.wecom_app.updates import parse
from tests.requirements import need
from tests.servers.wecom_seal import need_openssl, seal, signature, unseal

# From WeCom's documentation of its envelope (document 90968) and the official sample's VerifyURL.
TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = (
    *("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780"),
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
)
MESSAGE = (
    *("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149"),
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TU"
    "UkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0"
    "ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS"
    "0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS"
    "8R07+qN+E7Q==",
)
NODE = """
const crypto = require("crypto"), key = Buffer.from(process.argv[1] + "=", "base64");
const message = Buffer.from(process.argv[2]), length = Buffer.alloc(4); length.writeUInt32BE(message.length);
const plain = Buffer.concat([crypto.randomBytes(16), length, message, Buffer.from(process.argv[3])]);
const pad = 32 - plain.length % 32, cipher = crypto.createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
cipher.setAutoPadding(false);
const sealed = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]);
process.stdout.write(sealed.toString("base64"));
"""
OURS = Envelope(TOKEN, KEY, CORP)


def opened(envelope: Envelope, sealed: str, *, token: str = TOKEN) -> str:
    return envelope.open(signature(token, "1", "2", sealed), "1", "2", sealed)


def test_the_official_samples_verification_is_answered_as_published() -> None:
    assert OURS.open(*ECHO) == "1616140317555161061"


def test_the_documentations_message_is_opened_as_published() -> None:
    said = parse(OURS.open(*MESSAGE))
    assert (said.text, said.sender, said.message_id) == ("hello", "mycreate", "4561255354251345929")
    assert said.said_at.timestamp() == 1409659813


@settings(max_examples=60, deadline=None)
@given(message=st.text(max_size=300), receiver=st.text(max_size=20))
def test_what_openssl_seals_we_open(message: str, receiver: str) -> None:
    need_openssl()
    sealed = seal(KEY, message, receiver)
    assert unseal(KEY, sealed) == (message, receiver)
    assert opened(Envelope(TOKEN, KEY, receiver), sealed) == message


def test_what_node_seals_we_open() -> None:
    need("node", shutil.which("node") is not None, "apt install nodejs")
    for message in ("", "3.2 完成60%", "长" * 700):
        command = ["node", "-e", NODE, KEY, message, CORP]
        sealed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        assert opened(OURS, sealed) == message


def test_a_wrong_signature_is_refused_before_anything_is_decrypted() -> None:
    with pytest.raises(Refusal, match="callback_token"):
        opened(OURS, "not even Base64", token="another")


@pytest.mark.parametrize("place", range(4))
def test_nothing_of_a_signed_callback_can_be_changed(place: int) -> None:
    parts = list(MESSAGE)
    parts[place] = ("0" if parts[place][0] != "0" else "1") + parts[place][1:]
    with pytest.raises(Refusal, match="callback_token"):
        OURS.open(*parts)


def test_another_key_is_named_as_the_fault() -> None:
    need_openssl()
    other = Envelope(TOKEN, KEY[::-1], CORP)
    with pytest.raises(Refusal, match="callback_key"):
        opened(other, seal(KEY, "hello", CORP))


@pytest.mark.parametrize("sealed", ["", "AAAA", "字", "AAAAAAAAAAAAAAAAAAAAAA==", MESSAGE[3][:64]])
def test_what_our_key_does_not_open_is_refused(sealed: str) -> None:
    with pytest.raises(Refusal, match="callback_key"):
        opened(OURS, sealed)


def test_a_message_for_another_company_is_refused() -> None:
    need_openssl()
    with pytest.raises(Refusal, match="callback_corp"):
        opened(OURS, seal(KEY, "hello", "wx0000000000000000"))


@pytest.mark.parametrize("key", ["", KEY[:-1], f"{KEY}A", f"{KEY[:-1]}=", f"{KEY[:-1]}-"])
def test_what_can_be_no_key_is_told_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Envelope(TOKEN, key, CORP)
