"""TLS opened with a key log: every kind of cipher, key updates, lost records, wrong secrets."""

import hmac
import sys
from typing import Any

import pytest

from silverpin.protocols.capture.key_log import BadLine, KeyLog
from silverpin.protocols.capture.tls import TlsConnection
from silverpin.protocols.capture.tls_ciphers import expand_label, key_block
from silverpin.protocols.capture.tls_suites import TLS_1_2, TLS_1_3, Suite

ciphers = pytest.importorskip(
    "cryptography.hazmat.primitives.ciphers", reason="cryptography seals what is opened here"
)
from cryptography.hazmat.primitives.ciphers import aead  # noqa: E402

CLIENT, SERVER = b"C" * 32, b"S" * 32
MASTER = b"M" * 48
TEXTS = [b"\x01\xfe one", b"two", b"three" * 100]


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + b"\x03\x03" + len(body).to_bytes(2, "big") + body


def handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def hellos(code: int, extensions: bytes) -> tuple[bytes, bytes]:
    client = b"\x03\x03" + CLIENT + b"\0\0\x02\x13\x01\x01\0"
    server = b"\x03\x03" + SERVER + b"\0" + code.to_bytes(2, "big") + b"\0"
    server += len(extensions).to_bytes(2, "big") + extensions
    return record(22, handshake(1, client)), record(22, handshake(2, server))


def sealer(suite: Suite, key: bytes) -> Any:
    if suite.mode == "gcm":
        return aead.AESGCM(key)
    if suite.mode == "chacha":
        return aead.ChaCha20Poly1305(key)
    return aead.AESCCM(key, tag_length=8 if suite.mode == "ccm8" else 16)


def header(sequence: int, length: int) -> bytes:
    return sequence.to_bytes(8, "big") + b"\x17\x03\x03" + length.to_bytes(2, "big")


def seal_aead(suite: Suite, block: bytes, sequence: int, text: bytes) -> bytes:
    size = suite.key_length
    seal = sealer(suite, block[:size])
    if suite.mode == "chacha":
        iv = int.from_bytes(block[2 * size : 2 * size + 12], "big") ^ sequence
        return bytes(seal.encrypt(iv.to_bytes(12, "big"), text, header(sequence, len(text))))
    explicit = sequence.to_bytes(8, "big")
    nonce = block[2 * size : 2 * size + 4] + explicit
    return explicit + bytes(seal.encrypt(nonce, text, header(sequence, len(text))))


def seal_cbc(suite: Suite, block: bytes, sequence: int, text: bytes, *, mac_last: bool) -> bytes:
    size = {"sha1": 20, "sha256": 32, "sha384": 48}[suite.mac]
    mac_key, key = block[:size], block[2 * size : 2 * size + suite.key_length]
    if not mac_last:
        text += hmac.digest(mac_key, header(sequence, len(text)) + text, suite.mac)
    padding = 15 - len(text) % 16
    text += bytes([padding]) * (padding + 1)
    cipher = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.CBC(b"I" * 16)).encryptor()
    sealed: bytes = b"I" * 16 + cipher.update(text) + cipher.finalize()
    if mac_last:
        sealed += hmac.digest(mac_key, header(sequence, len(sealed)) + sealed, suite.mac)
    return sealed


def opened(tls: TlsConnection, octets: bytes) -> list[bytes]:
    return [text for at in octets for text in tls.feed(0, bytes([at]))]


def keys(*lines: tuple[str, bytes]) -> KeyLog:
    log = KeyLog()
    text = "".join(f"{label} {CLIENT.hex()} {secret.hex()}\n" for label, secret in lines)
    assert log.add(b"# a comment\n\n" + text.encode()) == []
    return log


@pytest.mark.parametrize("code", TLS_1_2, ids=lambda code: TLS_1_2[code].name)
@pytest.mark.parametrize("mac_last", [False, True])
def test_every_suite_of_tls_1_2(code: int, mac_last: bool) -> None:
    suite = TLS_1_2[code]
    block = key_block(suite, MASTER, CLIENT, SERVER)
    client, server = hellos(code, b"\0\x16\0\0" if mac_last else b"")
    sealed = []
    for sequence, text in enumerate(TEXTS):
        if suite.mode == "cbc":
            sealed.append(seal_cbc(suite, block, sequence, text, mac_last=mac_last))
        else:
            sealed.append(seal_aead(suite, block, sequence, text))
    tls = TlsConnection(keys(("CLIENT_RANDOM", MASTER)))
    assert list(tls.feed(0, client)) == list(tls.feed(1, server)) == []
    octets = record(20, b"\x01") + b"".join(record(23, body) for body in sealed)
    assert opened(tls, octets) == TEXTS
    assert (tls.version, tls.suite, tls.closed_records) == ("TLS 1.2", suite, 0)


def seal_13(suite: Suite, secret: bytes, sequence: int, inner: bytes) -> bytes:
    key = expand_label(suite.prf, secret, "key", suite.key_length)
    iv = int.from_bytes(expand_label(suite.prf, secret, "iv", 12), "big") ^ sequence
    tag = 8 if suite.mode == "ccm8" else 16
    head = b"\x17\x03\x03" + (len(inner) + tag).to_bytes(2, "big")
    return record(23, bytes(sealer(suite, key).encrypt(iv.to_bytes(12, "big"), inner, head)))


EARLY, LATE = b"E" * 32, b"L" * 32
LABELS = ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0")


def said_13(suite: Suite) -> list[bytes]:
    finished = seal_13(suite, EARLY, 0, handshake(20, b"f" * 32) + b"\x16" + bytes(5))
    update = seal_13(suite, LATE, 2, handshake(24, b"\0") + b"\x16")
    size = {"sha256": 32, "sha384": 48}[suite.prf]
    later = expand_label(suite.prf, LATE, "traffic upd", size)
    texts = [text + b"\x17" + bytes(3) for text in TEXTS]
    alert = seal_13(suite, later, 1, b"\x01\x00\x15")
    return [
        record(20, b"\x01"), finished, seal_13(suite, LATE, 0, texts[0]),
        seal_13(suite, LATE, 1, texts[1]), update, seal_13(suite, later, 0, texts[2]), alert,
    ]  # fmt: skip


def started_13(code: int, log: KeyLog) -> TlsConnection:
    tls = TlsConnection(log)
    client, server = hellos(code, b"\0\x2b\0\x02\x03\x04")
    assert list(tls.feed(0, client)) == list(tls.feed(1, server)) == []
    return tls


@pytest.mark.parametrize("code", TLS_1_3, ids=lambda code: TLS_1_3[code].name)
@pytest.mark.parametrize("labels", [LABELS, LABELS[1:]])
def test_every_suite_of_tls_1_3_with_a_key_update(code: int, labels: tuple[str, ...]) -> None:
    secrets = dict(zip(LABELS, (EARLY, LATE, LATE), strict=True))
    tls = started_13(code, keys(*((label, secrets[label]) for label in labels)))
    assert opened(tls, b"".join(said_13(TLS_1_3[code]))) == TEXTS
    assert tls.alerts == ["the vehicle sent close_notify"]
    assert tls.closed_records == 0


def test_a_lost_record_is_stepped_over() -> None:
    tls = started_13(0x1301, keys(*zip(LABELS, (EARLY, LATE, LATE), strict=True)))
    first, second, *rest = said_13(TLS_1_3[0x1301])
    assert opened(tls, first + second) == []
    tls.gap(0)
    assert opened(tls, rest[1] + b"".join(rest[2:])) == TEXTS[1:]


@pytest.mark.parametrize("secret", [b"X" * 32, None])
def test_what_does_not_open_says_why(secret: bytes | None) -> None:
    log = keys(*((label, secret) for label in LABELS)) if secret else KeyLog()
    tls = started_13(0x1301, log)
    assert opened(tls, b"".join(said_13(TLS_1_3[0x1301]))) == []
    assert tls.locked is not None
    wrong = "a record does not open with the key log's secret"
    absent = "no key log line for client random 4343434343434343...: give --keylog FILE"
    assert tls.locked == (wrong if secret else absent)
    assert tls.closed_records == 6


def test_without_the_package_one_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    tls = started_13(0x1301, keys(*zip(LABELS, (EARLY, LATE, LATE), strict=True)))
    assert list(tls.feed(0, record(23, bytes(40)))) == []
    assert tls.locked == (
        "opening TLS needs the package cryptography: pip install 'silverpin[decode]'"
    )


def test_an_unknown_suite_is_named() -> None:
    tls = TlsConnection(keys(("CLIENT_RANDOM", MASTER)))
    client, server = hellos(0x00FF, b"")
    assert list(tls.feed(0, client)) == list(tls.feed(1, server)) == []
    assert list(tls.feed(0, record(20, b"\x01") + record(23, bytes(64)))) == []
    assert tls.locked == "TLS 1.2 with cipher suite 0x00FF is not known"


def test_lines_that_are_no_keys_are_told_by_number() -> None:
    log = KeyLog()
    bad = log.add(b"CLIENT_RANDOM zz 00\n# note\nCLIENT_RANDOM 00 11\nonly two\n\xff\xfe \xff 1\n")
    assert [line.number for line in bad] == [1, 4, 5]
    assert isinstance(bad[0], BadLine)
    assert log.secret("CLIENT_RANDOM", b"\0") == b"\x11"
