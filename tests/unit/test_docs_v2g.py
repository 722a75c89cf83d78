"""The printed states and timers of vehicles: whole, and one diagram a protocol."""

import re

from silverpin.apps.docs_v2g import diagram, v2g_states, v2g_timers
from silverpin.domain.v2g_timers import V2G_TIMERS, timer_fields
from silverpin.protocols.iso15118.session2_order import DIN
from silverpin.protocols.iso15118.states20 import STEPS


def test_every_step_of_the_table_is_an_arrow() -> None:
    page = v2g_states()
    arrows = set(re.findall(r"^  (\w+) --> (\w+): ", page, re.MULTILINE))
    for state, steps in STEPS.items():
        for step in steps:
            assert {(state.name, to.name) for to in step.to} <= arrows
            assert step.request in page
    assert page.count("```mermaid") == 3


def test_ways_that_several_requests_go_share_an_arrow() -> None:
    lines = diagram(DIN).splitlines()
    ways = [line.partition(":")[0] for line in lines if "-->" in line]
    assert len(ways) == len(set(ways))
    assert lines[0] == "```mermaid"
    assert lines[-1] == "```"


def test_every_timer_is_printed_with_its_source() -> None:
    page = v2g_timers()
    for name, row in timer_fields().items():
        assert row.metadata["name"] in page
        assert row.metadata["source"] in page
        assert getattr(V2G_TIMERS, name) > 0


def test_what_the_charger_owes_is_shorter_than_what_the_vehicle_waits() -> None:
    timers = V2G_TIMERS
    assert timers.loop_performance_ns < timers.loop_message_ns <= timers.loop_sequence_ns
    assert timers.hold_performance_ns < timers.message_long_ns
    assert timers.cable_check_performance_ns < timers.cable_check_ns
    assert timers.ongoing_performance_ns < timers.ongoing_ns
    assert timers.current_demand_performance_ns < timers.current_demand_ns
