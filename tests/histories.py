"""Arbitrary histories for the safety core: mostly well, often spoilt, sometimes mended."""

from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from silverpin.domain.connectors import ConnectorSet
from silverpin.domain.faults import FAULTS
from silverpin.domain.limits import LIMITS
from silverpin.domain.observation import (
    CpState,
    Observation,
    PilotLevels,
    Reading,
    Request,
    Supplies,
)
from silverpin.domain.quantities import NS_PER_MS, NS_PER_S
from silverpin.safety.envelope import Envelope, Verdict
from silverpin.safety.opening import Opener
from tests.observations import AC, CHARGE, DC, EITHER_WAY, INFINITE, NAN, pilot, rest, seen

CODES = frozenset(FAULTS)
_AGES_NS = st.sampled_from(
    [0, 0, 0, 0, 20 * NS_PER_MS, 200 * NS_PER_MS, 200 * NS_PER_MS + 1, 2 * NS_PER_S,
     2 * NS_PER_S + 1, -1, -NS_PER_S]
)  # fmt: skip
_FLAGS = st.sampled_from([True, True, False, NAN])
AMPS = st.sampled_from(
    [0.0, 1.0, 1.1, -1.1, 4.9, 5.0, -5.0, 150.0, -150.0, 230.0, NAN, INFINITE, -INFINITE]
) | st.floats(-400.0, 400.0)
_VOLTS = st.sampled_from([0.0, 60.0, 61.0, -61.0, 400.0, NAN, INFINITE, -INFINITE])
_CELSIUS = st.sampled_from(
    [25.0, 59.9, 60.0, 84.9, 85.0, 120.0, 161.0, -40.0, -41.0, NAN, INFINITE, -INFINITE]
) | st.floats(20.0, 90.0)
_OHMS = st.sampled_from([0.0, 4.0, 10.0, -1.0, 1e5, 99_999.0, 1e6, NAN, INFINITE])
_LEVELS_V = st.sampled_from([6.0, 3.0, 12.0, -12.0, -11.0, 0.0, 0.4, NAN, INFINITE])
_CLEAN_PILOTS = st.sampled_from([pilot(state) for state in CpState])
_PILOTS = _CLEAN_PILOTS | st.builds(
    PilotLevels, st.sampled_from(CpState), _LEVELS_V, _LEVELS_V,
    st.sampled_from([0.02, 0.5, 0.6, -1.0, NAN]),
    st.sampled_from([None, None, 1000.0, 980.0, 979.9, 1020.1, NAN]),
)  # fmt: skip
_SUPPLIES = st.builds(
    Supplies,
    st.sampled_from([12.0, 12.0, 10.8, 10.7, 13.3, 0.0, NAN]),
    st.sampled_from([24.0, 24.0, 20.4, 20.3, 28.9, INFINITE]),
)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "pilot": _PILOTS, "seated": _FLAGS | st.none(), "lock": _FLAGS, "mirror": _FLAGS,
    "current_a": AMPS, "voltage_v": _VOLTS, "estop_clear": _FLAGS, "earth_ohm": _OHMS,
    "residual_clear": _FLAGS, "insulation_ohm": _OHMS, "grid_ok": _FLAGS, "inverter_ok": _FLAGS,
    "supplies": _SUPPLIES,
}  # fmt: skip


class Aged(NamedTuple):
    """A value, and how old it is when it is seen."""

    value: Any
    age_ns: int


class Moment(NamedTuple):
    """What happens next: time passes, some inputs go wrong, somebody asks, somebody mends."""

    after_ns: int
    request: Request
    spoilt: dict[str, Any]
    deed: str | None
    codes: frozenset[str]


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Aged | None]:
    return st.none() | st.builds(Aged, values, _AGES_NS)


_SPOILT = st.fixed_dictionaries(
    {},
    optional={name: maybe(values) for name, values in _VALUES.items()}
    | {
        "pin_temps_c": st.lists(maybe(_CELSIUS), max_size=5).map(tuple),
        "contactor_commanded": st.booleans(),
    },
)
_ONE_SPOILT = st.one_of(
    *(st.fixed_dictionaries({name: maybe(values)}) for name, values in _VALUES.items())
)
_WELL = st.just(dict[str, Any]())
_STEPS_NS = st.sampled_from([20, 20, 20, 20, 100, 300, 1000, 4000]).map(lambda ms: ms * NS_PER_MS)
_ASKED = st.sampled_from([CHARGE, EITHER_WAY, EITHER_WAY, Request(), Request(reverse=True)])
MOMENTS = st.builds(
    Moment,
    _STEPS_NS,
    _ASKED,
    st.one_of(_WELL, _ONE_SPOILT, _SPOILT),
    st.sampled_from([None, None, None, None, "reset", "reset", "inspect", "accuse"]),
    st.just(CODES) | st.frozensets(st.sampled_from(sorted(CODES)), max_size=3),
)


def _after(request: Request, deed: str | None = None) -> Moment:
    return Moment(20 * NS_PER_MS, request, {}, deed, CODES if deed == "reset" else frozenset())


_MENDED = st.sampled_from(
    [
        [_after(Request(), deed) for deed in (None, None, "reset", "inspect")] + [_after(asked)] * 3
        for asked in (CHARGE, EITHER_WAY)
    ]
)
"""What brings power back, whatever stood before it."""
_RUNNING = st.builds(
    lambda asked, times: [_after(asked)] * times,
    st.sampled_from([CHARGE, EITHER_WAY]), st.integers(1, 20),
)  # fmt: skip
HISTORIES = st.lists(
    st.one_of(_MENDED, _MENDED, _RUNNING, MOMENTS.map(lambda moment: [moment])),
    min_size=5, max_size=30,
).map(lambda parts: [moment for part in parts for moment in part])  # fmt: skip
SETS = st.sampled_from([DC, AC])
MANY = settings(max_examples=5 * settings().max_examples)
"""Histories are cheap to judge."""


class Stage:
    """A charger's safety core in a loop with its output stage, and nothing else."""

    def __init__(self, of: ConnectorSet) -> None:
        self.of = of
        self.envelope = Envelope(of)
        self.opener = Opener()
        self.now_ns = 0
        self.obs = rest(0, of=of)

    def observe(self, moment: Moment) -> Observation:
        self.now_ns += moment.after_ns
        usual = seen if self.opener.closed else rest
        self.obs = usual(self.now_ns, of=self.of, **self._taken(moment.spoilt))
        return self.obs

    def _taken(self, spoilt: dict[str, Any]) -> dict[str, Any]:
        def taken(value: Any) -> Any:
            if isinstance(value, Aged):
                return Reading(value.value, self.now_ns - value.age_ns)
            return tuple(taken(each) for each in value) if isinstance(value, tuple) else value

        return {name: taken(value) for name, value in spoilt.items()}

    def step(self, moment: Moment) -> Verdict:
        verdict = self.envelope.judge(self.observe(moment), moment.request)
        self.opener.step(self.now_ns, verdict.permit, verdict.emergency, self.obs.current_a)
        return verdict

    def do(self, moment: Moment) -> None:
        if moment.deed == "inspect":
            self.envelope.inspected()
        elif moment.deed == "accuse":
            for code in moment.codes:
                self.envelope.accuse(code, self.now_ns, "the property's word")
        elif moment.deed == "reset":
            self.envelope.reset(moment.codes, self.obs)


def young(reading: Reading[Any] | None, now_ns: int, age_ns: int = LIMITS.input_age_max_ns) -> Any:
    """Return the value, or NaN, which compares well with nothing, when it proves nothing."""
    if reading is None or reading.taken_ns > now_ns or now_ns - reading.taken_ns > age_ns:
        return NAN
    return reading.value
