"""How a vehicle finds the charger over real sockets, and what is said when nobody can listen."""

import asyncio
import errno
import socket

import pytest

from silverpin.drivers.v2g import discovery
from silverpin.drivers.v2g.discovery import Discovery
from silverpin.drivers.v2g.interface import CannotListen, Listen, bound_socket, link_local
from silverpin.drivers.v2g.listener import V2gListener
from silverpin.drivers.v2g.turning import REASONS_MAX, Turned
from silverpin.drivers.v2g.vehicle import NoCharger, discover, meet
from silverpin.protocols import v2gtp
from silverpin.protocols.admission import Policy
from silverpin.protocols.sdp import Security
from tests.v2g_bay import Bay


def a_finder(ignored: list[Turned]) -> Discovery:
    return Discovery(
        "lo",
        tcp_port=8042,
        policy=Policy.MIXED,
        has_certificate=False,
        on_ignored=ignored.append,
    )


def test_a_vehicle_finds_the_charger() -> None:
    async def play() -> None:
        ignored: list[Turned] = []
        finder = a_finder(ignored)
        await finder.open(0)
        told = await discover("lo", Security.NONE, ask=("::1", finder.port))
        assert (told.port, told.security) == (8042, Security.NONE)
        assert told.address == socket.inet_pton(socket.AF_INET6, "::1")
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as stranger:
            for _ in range(3):
                stranger.sendto(b"nonsense", ("::1", finder.port))
        while not ignored:
            await discover("lo", Security.NONE, ask=("::1", finder.port))
        finder.close()
        assert "no V2GTP header" in ignored[0].why

    asyncio.run(play())


def test_questions_of_no_use_fill_no_journal_whatever_is_wrong_with_them() -> None:
    async def play() -> None:
        ignored: list[Turned] = []
        finder = a_finder(ignored)
        for kind in range(1000):
            datagram = v2gtp.frame(kind, b"\x10\x00")
            finder.datagram_received(datagram, ("fe80::1", 50000, 0, 2))
        assert len(ignored) == REASONS_MAX
        assert ignored[0] == Turned("[fe80::1]:50000", "payload type 0x0000 is not 0x9000")

    asyncio.run(play())


def test_a_group_that_cannot_be_joined_is_told_and_leaves_no_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[socket.socket] = []

    def gone(hearing: socket.socket, interface: str) -> None:
        opened.append(hearing)
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(discovery, "_join", gone)

    async def play() -> None:
        finder = Discovery(
            "lo", tcp_port=1, policy=Policy.MIXED, has_certificate=False, on_ignored=print
        )
        with pytest.raises(CannotListen, match="UDP port 0 on lo: Cannot allocate memory"):
            await finder.open(0)

    asyncio.run(play())
    assert opened[0].fileno() == -1


def test_an_interface_that_is_not_there_is_named_with_those_that_are() -> None:
    async def play() -> None:
        found = V2gListener(
            policy=Policy.MIXED, sides=(), on_connection=Bay().serve, on_turned=lambda _: None
        )
        with pytest.raises(CannotListen, match=r"no network interface eth9x .*\(there are .*lo"):
            await found.open(Listen("eth9x"))

    asyncio.run(play())


def test_a_port_that_is_taken_is_told() -> None:
    async def play() -> None:
        bay = Bay()
        async with bay.open(Policy.MIXED) as one:
            other = V2gListener(
                policy=Policy.MIXED, sides=(), on_connection=bay.serve, on_turned=lambda _: None
            )
            with pytest.raises(CannotListen, match=rf"TCP port {one.port} is taken"):
                await other.open(Listen(None, one.port, "::1"))

    asyncio.run(play())


def test_the_address_of_an_interface_is_found() -> None:
    assert link_local("lo") == "::1"
    assert link_local("nothere") is None


def test_nobody_answers_where_nobody_is() -> None:
    async def play() -> None:
        with pytest.raises(NoCharger, match="no charger answered on lo after 1 questions"):
            await discover("lo", ask=("::1", 9), times=1)
        with pytest.raises(NoCharger, match=r"no charger at \[::1\]:9"):
            await meet("::1", 9, None)

    asyncio.run(play())


def test_an_answer_does_not_wait_for_the_acknowledgement_of_the_one_before() -> None:
    async def play() -> None:
        at_once: list[int] = []
        done = asyncio.Event()

        def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            at_once.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            done.set()

        listening = bound_socket(Listen(None, 0, "::1"), socket.SOCK_STREAM, 0)
        server = await asyncio.start_server(came, sock=listening)
        _, writer = await asyncio.open_connection("::1", listening.getsockname()[1])
        await done.wait()
        writer.close()
        server.close()
        assert at_once == [1]

    asyncio.run(play())
