"""Who commanded what is recorded, and nobody can flood the record."""

from typing import Any

from silverpin.apps.control_socket.audit import REFUSALS_MAX, Audit
from silverpin.apps.control_socket.peers import Peer
from silverpin.domain.events import EVENTS, Event
from silverpin.domain.quantities import NS_PER_S


class Record:
    def __init__(self) -> None:
        self.now_ns = 0
        self.entries: list[tuple[str, dict[str, Any]]] = []
        self.audit = Audit(lambda kind, fields: self.entries.append((kind, fields)), self.clock)

    def clock(self) -> int:
        return self.now_ns

    def refuse(self, times: int, uid: int = 1000) -> None:
        for _ in range(times):
            self.audit.refused("lock", "no", peer(uid))


def peer(uid: int) -> Peer:
    return Peer(pid=7, uid=uid, gid=uid, groups=frozenset(), allowed=False, name="somebody")


def test_entries_are_events_of_the_table_and_read_as_sentences() -> None:
    record = Record()
    record.audit.accepted("lock", "Bolt driven", peer(1000))
    record.refuse(REFUSALS_MAX + 1)
    record.audit.close()
    for kind, fields in record.entries:
        assert kind in EVENTS
        assert fields.keys() == {"command", "answer", "uid", "pid"}
        assert Event(0, kind, fields).sentence()


def test_refusals_beyond_a_few_a_second_are_counted_in_one_entry() -> None:
    record = Record()
    record.refuse(REFUSALS_MAX + 200)
    assert len(record.entries) == REFUSALS_MAX
    record.now_ns += NS_PER_S
    record.audit.settle()
    assert record.entries[-1][1]["command"] == "200 more"
    record.audit.settle()
    assert len(record.entries) == REFUSALS_MAX + 1


def test_no_refusal_is_lost_between_seconds() -> None:
    record = Record()
    for _ in range(10):
        record.refuse(17)
        record.now_ns += NS_PER_S // 3
    record.audit.close()
    summed = [fields["command"] for _, fields in record.entries if "more" in fields["command"]]
    assert sum(int(text.split()[0]) for text in summed) + len(record.entries) - len(summed) == 170


def test_a_flood_that_goes_on_is_told_ever_more_rarely() -> None:
    record, days = Record(), 2
    for _ in range(days * 24 * 60):
        record.refuse(12)
        record.audit.settle()
        record.now_ns += 60 * NS_PER_S
    record.audit.close()
    assert len(record.entries) < days * 200
    told = [fields["command"] for _, fields in record.entries]
    counted = sum(int(text.split()[0]) if "more" in text else 1 for text in told)
    assert counted == days * 24 * 60 * 12
    assert record.entries[-1][1]["answer"] == "refused within 3600 seconds"


def test_who_has_calmed_down_is_told_one_by_one_again() -> None:
    record = Record()
    for _ in range(10):
        record.refuse(REFUSALS_MAX + 1)
        record.now_ns += NS_PER_S
    record.now_ns += 3600 * NS_PER_S
    for _ in range(2):
        record.audit.settle()
        record.now_ns += 3600 * NS_PER_S
    before = len(record.entries)
    record.refuse(1)
    assert record.entries[before][1]["command"] == "lock"
    record.now_ns += NS_PER_S
    record.refuse(REFUSALS_MAX)
    assert len(record.entries) == before + 1 + REFUSALS_MAX


def test_one_user_s_flood_hides_nobody_else() -> None:
    record = Record()
    record.refuse(100, uid=1000)
    record.refuse(1, uid=1001)
    assert record.entries[-1][1]["uid"] == 1001


def test_accepted_commands_are_all_recorded() -> None:
    record = Record()
    for _ in range(100):
        record.audit.accepted("lock", "Bolt driven", peer(0))
    assert len(record.entries) == 100
