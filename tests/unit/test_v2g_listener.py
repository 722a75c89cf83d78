"""One port for every vehicle, over real sockets: who is let in or turned away, what is kept."""

import asyncio
import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from silverpin.drivers.v2g import listener as listener_module
from silverpin.drivers.v2g import turning
from silverpin.drivers.v2g.capture_writer import CaptureFolder
from silverpin.drivers.v2g.connection import Connection
from silverpin.drivers.v2g.listener import V2gListener, met
from silverpin.drivers.v2g.vehicle import NoCharger, meet
from silverpin.protocols.admission import Carrier, Policy
from silverpin.protocols.capture.conversation import V2gMessage
from silverpin.protocols.capture.decoder import CaptureDecoder
from silverpin.protocols.capture.records import RecordReader
from silverpin.protocols.tls_profiles import INTEROP, ISO2, ISO20, TlsProfile
from tests.v2g_bay import ANSWER, HOME, QUESTION, Bay, asked


async def spoken(port: int, octets: bytes) -> bytes:
    """What somebody hears who says these octets and waits for the end."""
    reader, writer = await asyncio.open_connection("::1", port)
    writer.write(octets)
    with contextlib.suppress(OSError):
        writer.write_eof()
    heard = await reader.read()
    writer.close()
    return heard


def test_a_vehicle_in_clear_is_served_where_policy_lets_it_in() -> None:
    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED) as found:
            assert await asked(found.port, None) == ANSWER
        assert [each.terms.carrier for each in bay.came] == [Carrier.PLAIN]
        assert bay.came[0].terms.admitted == (("iso2", "din"), ())
        assert bay.came[0].terms.peer.startswith("[::1]:")
        assert bay.turned == []

    asyncio.run(play())


def test_octets_are_passed_on_from_the_first_one_in_any_pieces() -> None:
    async def play() -> None:
        heard = b""
        ended = asyncio.Event()

        async def listen(connection: Connection) -> None:
            nonlocal heard
            while data := await connection.read():
                heard += data
            ended.set()

        found = V2gListener(
            policy=Policy.MIXED, sides=(), on_connection=listen, on_turned=lambda _: None
        )
        await found.open(HOME)
        _, writer = await asyncio.open_connection("::1", found.port)
        for octet in QUESTION:
            writer.write(bytes((octet,)))
            await writer.drain()
        writer.close()
        await ended.wait()
        assert heard == QUESTION
        await found.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (QUESTION, "the vehicle came with no TLS and policy tls13-only admits only TLS 1.3 with"),
        (b"GET / HTTP/1.0\r\n\r\n", "it begins with 47 45, neither V2GTP nor TLS"),
        (b"", "the vehicle hung up in its first words"),
        (b"\x16\x03\x01\x02\x00", "the vehicle hung up in its first words"),
    ],
)
def test_who_is_turned_away_hears_nothing_and_is_told_of(octets: bytes, why: str) -> None:
    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.TLS13_ONLY) as found:
            assert await spoken(found.port, octets) == b""
        assert bay.came == []
        assert [each.why.startswith(why) for each in bay.turned] == [True]

    asyncio.run(play())


@pytest.mark.parametrize(
    ("policy", "profiles", "key_log", "says"),
    [
        (Policy.TLS13_ONLY, (ISO20,), False, "by policy tls13-only, TLS by profile iso20"),
        (Policy.MIXED, (INTEROP, ISO2), True,
         "by policy mixed, TLS by profile interop-p256 and iso2, their keys are kept"),
        (Policy.OPEN, (), False, "by policy open, no TLS"),
    ],
)  # fmt: skip
def test_what_a_site_chose_is_said(
    policy: Policy, profiles: tuple[TlsProfile, ...], key_log: bool, says: str
) -> None:
    assert met(policy, profiles, key_log=key_log) == says


def test_a_crowd_is_turned_away() -> None:
    async def play() -> None:
        bay = Bay()
        most = listener_module.CONNECTIONS_MAX
        async with bay.open(Policy.MIXED) as found:
            waiting = [await asyncio.open_connection("::1", found.port) for _ in range(most)]
            with contextlib.suppress(ConnectionError):
                assert await spoken(found.port, QUESTION) == b""
            assert [each.why for each in bay.turned] == [f"{most} connections are open already"]
            for _, writer in waiting:
                writer.close()

    asyncio.run(play())


def test_who_keeps_knocking_does_not_fill_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.TLS13_ONLY) as found:
            for _ in range(50):
                assert await spoken(found.port, QUESTION) == b""
            for octet in range(0x40, 0x60):
                assert await spoken(found.port, bytes((octet, 0))) == b""
            assert len(bay.turned) == turning.REASONS_MAX
            assert bay.turned[1].why.endswith(" (49 more since the last one told)")
            bay.turned.clear()
            monkeypatch.setattr(turning, "TOLD_AGAIN_S", 0.0)
            assert await spoken(found.port, QUESTION) == b""
        left_out = 0x60 - 0x40 - (turning.REASONS_MAX - 1)
        assert bay.turned[0].why.endswith(f" ({left_out} more since the last one told)")

    asyncio.run(play())


def test_whoever_says_nothing_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "OPENING_MAX_S", 0.0)

    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED) as found:
            reader, writer = await asyncio.open_connection("::1", found.port)
            assert await reader.read() == b""
            writer.close()
        assert "was not through its first words" in bay.turned[0].why

    asyncio.run(play())


def test_a_listener_that_closes_ends_every_connection() -> None:
    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED) as found:
            connection = await meet("::1", found.port, None)
            await connection.write(QUESTION)
            await connection.read()
        assert await connection.read() == b""
        await connection.close()

    asyncio.run(play())


def test_a_fault_of_whoever_serves_is_not_swallowed() -> None:
    async def play() -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

        async def fail(_connection: Connection) -> None:
            raise RuntimeError("ours")

        found = V2gListener(
            policy=Policy.MIXED, sides=(), on_connection=fail, on_turned=lambda _: None
        )
        await found.open(HOME)
        connection = await meet("::1", found.port, None)
        await connection.write(QUESTION)
        assert await connection.read() == b""
        await connection.close()
        await found.close()
        assert [str(each["exception"]) for each in told] == ["ours"]

    asyncio.run(play())


# TLS


def sides(policy: Policy, profile: str = "iso20") -> tuple[Any, Any]:
    trust = pytest.importorskip("silverpin.drivers.v2g.trust", exc_type=ImportError)
    found: tuple[Any, Any] = trust.bench_sides(policy, profile)
    return found


def test_both_kinds_of_vehicle_and_one_in_clear_come_to_one_port() -> None:
    chargers, vehicles = sides(Policy.MIXED)

    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED, chargers) as found:
            for side in (*vehicles, None):
                assert await asked(found.port, side) == ANSWER
        terms = [each.terms for each in bay.came]
        assert [each.carrier for each in terms] == [
            Carrier.TLS13_MUTUAL,
            Carrier.TLS12,
            Carrier.PLAIN,
        ]
        shaken = [each.shaken for each in terms]
        assert all(each and each.took_s > 0.0 and each.sent_again == 0 for each in shaken[:2])
        assert shaken[2] is None, "in clear nobody shakes hands"
        assert [each.admitted.discharging for each in terms] == [("iso20",), (), ()]
        assert terms[0].agreed is not None
        assert terms[0].agreed.peer is not None
        assert "WSPNBENCH00000001" in terms[0].agreed.peer.subject
        assert bay.turned == []

    asyncio.run(play())


def test_an_older_vehicle_is_told_of_by_what_it_lacks() -> None:
    chargers, _ = sides(Policy.TLS13_ONLY)
    _, (_, older) = sides(Policy.MIXED)

    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.TLS13_ONLY, chargers) as found:
            with pytest.raises(NoCharger, match="protocol version"):
                await meet("::1", found.port, older)
        assert [each.why for each in bay.turned] == [
            "the vehicle offers TLS 1.2 and ISO 15118-20 wants TLS 1.3"
        ]

    asyncio.run(play())


def test_a_vehicle_that_wants_tls_where_there_is_no_certificate_is_turned_away() -> None:
    _, (vehicle,) = sides(Policy.TLS13_ONLY)

    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED) as found:
            with pytest.raises(NoCharger, match="hung up in the handshake"):
                await meet("::1", found.port, vehicle)
        assert "no certificate is installed" in bay.turned[0].why

    asyncio.run(play())


def decoded(octets: bytes) -> list[str | None]:
    """Names of the messages in a capture, opened with the keys in it and no others."""
    decoder, reader = CaptureDecoder(), RecordReader()
    events = [event for item in reader.feed(octets) for event in decoder.take(item)]
    events += decoder.close()
    assert reader.damage is None
    return [event.name for event in events if isinstance(event, V2gMessage)]


@contextlib.contextmanager
def kept(place: Path, keep: int = 3) -> Any:
    clock = iter(range(1_760_000_000_000_000_000, 1_770_000_000_000_000_000, 1_000_000))
    told: list[str] = []
    folder = CaptureFolder(
        place, keep=keep, interface="eth1", utc_ns=lambda: next(clock), on_trouble=told.append
    )
    yield folder
    assert folder.close(10.0)
    assert told == []


@pytest.mark.parametrize("key_log", [False, True])
def test_a_session_is_kept_as_it_was_on_the_wire(tmp_path: Path, key_log: bool) -> None:
    chargers, vehicles = sides(Policy.MIXED)

    async def play() -> None:
        bay = Bay()
        with kept(tmp_path / "v2g") as folder:
            async with bay.open(Policy.MIXED, chargers, tape=folder.tape, key_log=key_log) as found:
                for side in (*vehicles, None):
                    assert await asked(found.port, side) == ANSWER

    asyncio.run(play())
    files = sorted((tmp_path / "v2g").iterdir())
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "v2g").stat().st_mode & 0o777 == 0o700
    both = ["supportedAppProtocolReq", "supportedAppProtocolRes"]
    read = [decoded(path.read_bytes()) for path in files]
    assert read == ([both] * 3 if key_log else [[], [], both])


def test_openssl_s_client_is_served_in_both_groups(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    from silverpin.apps.terminal.v2g_tool import main

    trust = pytest.importorskip("silverpin.drivers.v2g.trust", exc_type=ImportError)
    assert main(["pki", "create", str(tmp_path)]) == 0
    own = tmp_path / "iso20" / "vehicle"

    async def client(port: int, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "openssl", "s_client", "-connect", f"[::1]:{port}", "-quiet", "-no_ign_eof",
            "-CAfile", str(own / "roots.pem"), "-verify_return_error", *words,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate(QUESTION)
        return said.decode("latin-1")

    shown = ("-cert", str(own / "chain.pem"), "-cert_chain", str(own / "chain.pem"),
             "-key", str(own / "key.pem"))  # fmt: skip

    async def play() -> None:
        bay = Bay()
        chargers = trust.charger_sides(tmp_path, Policy.TLS13_ONLY)
        async with bay.open(Policy.TLS13_ONLY, chargers) as found:
            for group in ("P-521", "X448"):
                await client(found.port, *shown, "-groups", group)
            await client(found.port, *shown, "-groups", "P-256")
            suites = ("-groups", "P-521", "-ciphersuites", "TLS_AES_128_GCM_SHA256")
            await client(found.port, *shown, *suites)
            await client(found.port, "-groups", "P-521")
            await client(found.port, *shown, "-tls1_2")
        agreed = [each.terms.agreed for each in bay.came]
        assert [each.group for each in agreed if each is not None] == ["secp521r1", "x448"]
        whys = [each.why for each in bay.turned]
        assert whys[0].startswith("the vehicle offers no group of ISO 15118-20, which wants sec")
        assert whys[1].startswith("the vehicle offers no cipher suite of ISO 15118-20")
        assert whys[2].startswith("the vehicle showed no certificate and ISO 15118-20 wants one")
        assert whys[3].startswith("the vehicle offers TLS 1.2 and ISO 15118-20 wants TLS 1.3")
        assert len(whys) == 4

    asyncio.run(play())


def tampered(octets: bytes) -> bytes:
    return octets[:-1] + bytes((octets[-1] ^ 1,))


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_octets_that_were_tampered_with_end_the_connection(tmp_path: Path, at_once: bool) -> None:
    chargers, (vehicle,) = sides(Policy.TLS13_ONLY)

    async def play() -> None:
        bay = Bay()
        with kept(tmp_path) as folder:
            async with bay.open(Policy.TLS13_ONLY, chargers, tape=folder.tape) as found:
                reader, writer = await asyncio.open_connection("::1", found.port)
                session, data = vehicle.session(), b""
                while session.shake(data) is None:
                    writer.write(session.outgoing())
                    data = await reader.read(1 << 16)
                if not at_once:
                    session.send(QUESTION)
                    writer.write(session.outgoing())
                    while not (heard := session.receive(await reader.read(1 << 16))):
                        pass
                    assert heard == ANSWER
                session.send(QUESTION)
                writer.write(tampered(session.outgoing()))
                assert await reader.read()
                writer.close()
        whys = [each.why for each in bay.turned] + [each.broken or "" for each in bay.came]
        assert [why.startswith("TLS with the vehicle failed: ") for why in whys] == [True]

    asyncio.run(play())
    assert [path.name.endswith("-session.pcapng") for path in tmp_path.iterdir()] == [not at_once]
