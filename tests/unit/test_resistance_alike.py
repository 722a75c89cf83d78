"""Sessions that trade contact and traits off by chance must not seem to tell the traits."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="heat is followed by numba: install the extra life")

from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.resistance.alike import EARLY
from silverpin.durability.resistance.evidence import Loop, parted
from silverpin.durability.resistance.history import PACES, RATE, History
from silverpin.durability.resistance.session import CONTACT, STATE, Evidence, fresh
from silverpin.durability.resistance.thermal_type import shipped_type

KIND = shipped_type(WEAR_SETS["ccs2-200a"])
SESSION_SD = 0.05


def session(rng: np.random.Generator, risen: float) -> Evidence:
    """Return a session that tells its contact, and follows the traits by chance as it likes."""
    state = fresh(KIND).mean.copy()
    state[CONTACT] += risen + SESSION_SD * rng.standard_normal()
    along = np.append([1.0], 0.5 + 0.2 * rng.standard_normal(STATE - 1)) / SESSION_SD
    return Evidence(np.outer(along, along), along * float(along @ state))


def test_a_session_keeps_its_value_and_what_it_says_of_the_traits_alone() -> None:
    rng = np.random.default_rng(3)
    root = rng.standard_normal((STATE, STATE))
    at, likeliest = rng.standard_normal((2, STATE))
    weight = root @ root.T
    along = np.append([1.0], rng.standard_normal(STATE - 1))
    value, alone = parted(Evidence(weight, weight @ likeliest), along, at)
    own = weight[CONTACT, CONTACT]
    assert np.allclose(value.weight[CONTACT], own * along)
    told = at[CONTACT] + (value.push - value.weight @ at)[CONTACT] / own
    assert told == pytest.approx(at[CONTACT] + (weight[CONTACT] @ (likeliest - at)) / own)
    assert np.allclose(alone.weight[CONTACT], 0.0)
    traits = np.linalg.inv(np.linalg.inv(weight)[1:, 1:])
    assert np.allclose(alone.weight[1:, 1:], traits)
    assert np.allclose(alone.push[1:], traits @ likeliest[1:])


@pytest.mark.parametrize("sessions", [8, EARLY, EARLY + 10])
def test_who_goes_on_from_a_memory_tells_the_same(sessions: int) -> None:
    rng, known, taken = np.random.default_rng(7), History(KIND), History(KIND)
    for place in range(sessions):
        known.take(None if place == 3 else session(rng, 0.0), Loop(0.02, 1e-4))
    taken.resume(known.memory())
    for _ in range(2 * EARLY - sessions):
        told = session(rng, 0.1)
        known.take(told)
        taken.take(told)
    assert taken.sessions == known.sessions
    assert np.allclose(taken.sessions_ohm(5), known.sessions_ohm(5), rtol=1e-9)
    assert taken.rise() == pytest.approx(known.rise(), rel=1e-9)


@pytest.mark.parametrize("sessions", [8, EARLY + 10])
def test_a_memory_from_before_drifts_were_known_is_taken_up(sessions: int) -> None:
    rng, known = np.random.default_rng(6), History(KIND)
    for _ in range(sessions):
        known.take(session(rng, 0.0))
    now = known.memory()
    older = now["pace"] < len(PACES) - 1
    memory = {name: now[name][older] for name in ("log_weight", "pace", "parent", "still")}
    memory["mean"], memory["cov"] = now["mean"][older, :RATE], now["cov"][older, :RATE, :RATE]
    memory["added"] = now["added"][older, :RATE]
    memory["history"] = np.array([sessions, True, now["history"][-1]])
    taken = History(KIND)
    taken.resume(memory)
    assert taken.sessions == sessions
    assert taken.now() == pytest.approx(known.now(), rel=0.01)
    for risen in np.linspace(0.0, np.log(1.25), 60):
        told = session(rng, float(risen))
        taken.take(told)
        known.take(told)
    assert taken.now().p50 == pytest.approx(known.now().p50, rel=0.05)
    assert taken.rise().p50 == pytest.approx(known.rise().p50, abs=0.1)
    assert taken.rise().p05 > 0.1, "it follows a drift from now on"
