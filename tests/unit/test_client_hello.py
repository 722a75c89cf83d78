"""The first octets tell how a vehicle wants to speak, in whatever pieces they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverpin.protocols.client_hello import (
    RECORDS_MAX,
    Hello,
    InClear,
    NoOpening,
    best,
    mismatch,
    read_opening,
)
from silverpin.protocols.tls_profiles import INTEROP, ISO2, ISO20

P256, P521, X448, X25519 = 23, 25, 30, 29
EVERY = (0x1302, 0x1303, 0x1301, 0xC023)
SIGNATURES = (0x0603, 0x0808, 0x0403)


def hello(
    versions: tuple[int, ...] = (0x0304,),
    suites: tuple[int, ...] = EVERY,
    groups: tuple[int, ...] = (P521, X448),
    signatures: tuple[int, ...] = SIGNATURES,
) -> Hello:
    return Hello(versions, suites, groups, signatures)


def octets(said: Hello, *, record: int = 1 << 14) -> bytes:
    """A ClientHello as it stands on the wire, parted into records of at most *record* octets."""

    def codes(values: tuple[int, ...]) -> bytes:
        return b"".join(value.to_bytes(2, "big") for value in values)

    def sized(data: bytes, size: int) -> bytes:
        return len(data).to_bytes(size, "big") + data

    extensions = b""
    for kind, content in (
        (10, sized(codes(said.groups), 2)),
        (13, sized(codes(said.signatures), 2)),
        (43, sized(codes(said.versions), 1)),
    ):
        extensions += kind.to_bytes(2, "big") + sized(content, 2)
    body = b"\x03\x03" + bytes(32) + b"\0" + sized(codes(said.suites), 2) + b"\x01\0"
    body += sized(extensions, 2)
    message = b"\x01" + sized(body, 3)
    pieces = [message[at : at + record] for at in range(0, len(message), record)]
    return b"".join(b"\x16\x03\x01" + sized(piece, 2) for piece in pieces)


@given(st.integers(min_value=2, max_value=200))
def test_a_hello_is_read_whatever_its_records(record: int) -> None:
    said = hello()
    assert read_opening(octets(said, record=record)) == said


def test_a_hello_is_waited_for_and_not_guessed() -> None:
    whole = octets(hello())
    assert [read_opening(whole[:end]) for end in range(len(whole))] == [None] * len(whole)
    assert read_opening(whole + b"more") == hello()


def test_v2gtp_in_clear_is_told_by_its_first_two_octets() -> None:
    assert read_opening(b"") is None
    assert read_opening(b"\x01") is None
    assert read_opening(b"\x01\xfe\x80\x01") == InClear()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GET / HTTP/1.1\r\n", "47 45, neither"),
        (b"\x01\x02", "01 02, neither"),
        (b"\x16\x02\x00", "16 02, neither"),
        (b"\x16\x03\x01\xff\xff", "no handshake"),
        (b"\x16\x03\x01\x00\x04\x02\x00\x00\x00", "does not begin with a ClientHello"),
        (b"\x16\x03\x01\x00\x04\x01\xff\xff\xff", "claims 16777215"),
        (b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", "cannot be read"),
        (b"\x16\x03\x01\x00\x00", "no handshake"),
        (b"\x16\x03\x01\x00\x01\x01" + b"\x16\x03\x01\x00\x01\x00" * RECORDS_MAX, "no handshake"),
    ],
)
def test_what_no_vehicle_begins_with_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NoOpening, match=why):
        read_opening(data)


@given(st.binary(max_size=200), st.booleans())
def test_any_octets_are_read_awaited_or_refused(data: bytes, framed: bool) -> None:
    if framed:
        message = b"\x01" + len(data).to_bytes(3, "big") + data
        data = b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message
    try:
        found = read_opening(data)
    except NoOpening:
        return
    assert found is None or isinstance(found, Hello | InClear)


def test_each_vehicle_gets_the_tls_of_its_protocol() -> None:
    assert best(hello(), (ISO20, ISO2)) is ISO20
    assert best(hello(versions=(0x0303,), groups=(P256,)), (ISO20, ISO2)) is ISO2
    both = (0x0304, 0x0303)
    assert best(hello(versions=both, groups=(X25519, P256, X448)), (ISO20, ISO2)) is ISO20
    # A vehicle of ISO 15118-2 with a newer library.
    assert best(hello(versions=both, groups=(X25519, P256)), (ISO20, ISO2)) is ISO2
    assert best(hello(versions=both, groups=(X25519, P256)), (ISO20,)) is ISO20
    assert best(hello(versions=(0x0302,)), (ISO20, ISO2)) is ISO20
    assert best(hello(groups=(P256,)), (INTEROP,)) is INTEROP


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (hello(versions=(0x0303,)), "offers TLS 1.2 and ISO 15118-20 wants TLS 1.3"),
        (hello(versions=(0x7F1C,)), "offers no version of TLS that is known"),
        (hello(suites=(0x1301,)), "no cipher suite of ISO 15118-20"),
        (hello(groups=(P256,)), "no group of ISO 15118-20, which wants secp521r1 or x448"),
        (hello(signatures=(0x0403,)), "no signature of ISO 15118-20"),
    ],
)
def test_what_a_vehicle_lacks_is_named(said: Hello, why: str) -> None:
    assert why in (mismatch(said, ISO20) or "")


def test_an_old_hello_without_extensions_is_read() -> None:
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\x00\x02\xc0\x23" + b"\x01\0"
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    data = b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message
    assert read_opening(data) == Hello((0x0303,), (0xC023,), (), ())
