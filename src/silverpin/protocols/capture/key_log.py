"""TLS key logs in the NSS format: a label, the client's random, a secret, one a line."""

from typing import NamedTuple

MASTER = "CLIENT_RANDOM"
HANDSHAKE = ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET")
TRAFFIC = ("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0")


class BadLine(NamedTuple):
    """A line that is no key."""

    number: int
    reason: str


class KeyLog:
    """Secrets by label and client random."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, bytes], bytes] = {}

    def __len__(self) -> int:
        return len(self._secrets)

    def add(self, text: bytes) -> list[BadLine]:
        """Take the lines of a key log; give those that are none, comments apart."""
        bad = []
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split()
            if not words or words[0].startswith(b"#"):
                continue
            try:
                label, client_random, secret = (word.decode("ascii") for word in words)
                self._secrets[label, bytes.fromhex(client_random)] = bytes.fromhex(secret)
            except ValueError:
                bad.append(BadLine(number, "a line is LABEL, client random, secret, in hex"))
        return bad

    def secret(self, label: str, client_random: bytes) -> bytes | None:
        """Return the secret, if the log has it."""
        return self._secrets.get((label, client_random))
