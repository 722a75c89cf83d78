"""The page's socket sends what it has at once."""

import asyncio
import socket

from silverpin.apps.daemon.serve import listen


def test_an_answer_in_two_parts_does_not_wait_for_the_acknowledgement_of_the_first() -> None:
    async def play() -> int:
        found = asyncio.get_running_loop().create_future()

        def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen("127.0.0.1", 0)
        server = await asyncio.start_server(came, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        no_delay: int = await found
        writer.close()
        server.close()
        return no_delay

    assert asyncio.run(play()) == 1
