"""The chargers that can hear a vehicle, and how well."""

from typing import NamedTuple


class Candidate(NamedTuple):
    """A charger that has told its attenuation."""

    charger: bytes
    attenuation_db: float


class Candidates:
    """Who answered, and who told how loud the sounds were."""

    def __init__(self) -> None:
        self._asked: set[bytes] = set()
        self._told: dict[bytes, Candidate] = {}

    def clear(self) -> None:
        """Begin with none."""
        self._asked.clear()
        self._told.clear()

    def add(self, charger: bytes) -> None:
        """A charger has answered."""
        self._asked.add(charger)

    def told(self, charger: bytes, groups: bytes) -> bool:
        """Take a charger's attenuation; False where it never answered or tells nothing."""
        if charger not in self._asked or not groups:
            return False
        self._told[charger] = Candidate(charger, sum(groups) / len(groups))
        return True

    def drop(self, charger: bytes) -> None:
        """It is not this one."""
        self._asked.discard(charger)
        self._told.pop(charger, None)

    @property
    def asked(self) -> int:
        """Chargers that have answered."""
        return len(self._asked)

    @property
    def all_told(self) -> bool:
        """Whether nobody is left to wait for."""
        return self._asked == self._told.keys()

    @property
    def best(self) -> Candidate | None:
        """The charger that hears best, the lowest address among equals."""
        return min(
            self._told.values(), key=lambda told: (told.attenuation_db, told.charger), default=None
        )
