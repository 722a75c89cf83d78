"""The pages of `docs.py` about vehicles: which request may come when, and the timers."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from silverpin.apps.docs_layout import page, table
from silverpin.domain.quantities import NS_PER_S
from silverpin.domain.v2g_timers import V2G_TIMERS, timer_fields
from silverpin.protocols.iso15118.session2_order import DIN, ISO2
from silverpin.protocols.iso15118.states20 import STEPS

State = TypeVar("State", bound=Enum)
ISO20 = {state: {step.request: step.to for step in steps} for state, steps in STEPS.items()}


def v2g_states() -> str:
    """Return the page with a diagram and a table of each protocol."""
    return page(
        "Which request may come when",
        "`protocols/iso15118/states20.py` and `protocols/iso15118/session2_order.py`",
        "What a state does not name is answered with FAILED_SequenceError, which ends the session. "
        "In DIN 70121 and ISO 15118-2 SessionStopReq is taken at any time once there is a session.",
        *_protocol("ISO 15118-20", ISO20),
        *_protocol("ISO 15118-2", ISO2),
        *_protocol("DIN 70121", DIN),
    )


def _protocol(
    title: str, order: Mapping[State, Mapping[str, Iterable[State]]]
) -> tuple[str, str, str]:
    rows = [
        (str(state.value), request, ", ".join(str(next_.value) for next_ in to))
        for state, requests in order.items()
        for request, to in requests.items()
    ]
    return (
        f"## {title}",
        diagram(order),
        table(("the charger waits for", "takes", "then waits for"), rows),
    )


def diagram(order: Mapping[State, Mapping[str, Iterable[State]]]) -> str:
    """Return *order* as a Mermaid state diagram; requests that share a way share its arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, requests in order.items():
        for request, to in requests.items():
            for next_ in to:
                arrows.setdefault((state.name, next_.name), []).append(request.removesuffix("Req"))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{state.value}" as {state.name}' for state in order]
    lines += [f"  [*] --> {next(iter(order)).name}"]
    lines += [f"  {a} --> {b}: {', '.join(names)}" for (a, b), names in arrows.items()]
    return "\n".join([*lines, "```"])


def v2g_timers() -> str:
    """Return the page with every timer between vehicle and charger."""
    rows = [
        (row.metadata["name"], f"{getattr(V2G_TIMERS, name) / NS_PER_S:g} s",
         row.metadata["what"], row.metadata["source"])
        for name, row in timer_fields().items()
    ]  # fmt: skip
    return page(
        "Timers between vehicle and charger",
        "`domain/v2g_timers.py`",
        "The standards' texts were not at hand: values and places are those that published "
        "implementations and conformance notes agree on. None of them can be configured.",
        table(("name", "value", "from what to what", "source"), rows),
    )
