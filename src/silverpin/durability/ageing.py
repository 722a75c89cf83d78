"""What hours and swings of temperature take of a connector's lives.

Each function returns the life consumed in each draw. The twin that ends in `_beyond` names what, at
the medians, lies outside what the laws' sources cover.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from silverpin.durability.draws import HUMIDITY, UNSURE_MATED, Draws
from silverpin.durability.exposure import VARIANTS, Exposure, Mated, node_temps_c
from silverpin.physics.arrhenius import arrhenius
from silverpin.physics.fatigue import coffin_manson_damage
from silverpin.physics.film import peck
from silverpin.physics.fretting import fretting_damage, slip_um
from silverpin.physics.polymer import compression_set_h, epdm_acceleration, pa66_life_h
from silverpin.physics.relaxation import strained_h

if TYPE_CHECKING:
    from silverpin.durability.parameters.duties import Climate
    from silverpin.durability.parameters.groups import WearSet
    from silverpin.durability.record import FloatArray

_MIDDLE = len(VARIANTS) // 2


def spring_relaxation(exposure: Exposure, wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Equivalent mated hours over those after which too little force is left."""
    row = wear_set.spring_relaxation
    activation_ev = draws.of("spring_relaxation.activation_ev", row.activation_ev)
    reference_c = draws.of("spring_relaxation.reference_c", row.reference_c)
    equivalent_h = _mated_hours(
        exposure, draws, lambda temp_c: arrhenius(temp_c, reference_c[:, None],
                                                  activation_ev[:, None])
    )  # fmt: skip
    end_h = strained_h(
        draws.of("spring_relaxation.end_share", row.end_share),
        draws.of("spring_relaxation.loss_per_decade", row.loss_per_decade),
        draws.of("spring_relaxation.onset_h", row.onset_h),
    )
    return equivalent_h / end_h


def spring_relaxation_beyond(exposure: Exposure, wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond the laws of relaxation."""
    row = wear_set.spring_relaxation
    share, loss, onset_h = row.end_share.p50, row.loss_per_decade.p50, row.onset_h.p50
    return strained_h.beyond(share, loss, onset_h) + arrhenius.beyond(
        _temps(exposure.contact_h[Mated.IN]), row.reference_c.p50, row.activation_ev.p50
    )


def film(exposure: Exposure, wear_set: "WearSet", climate: "Climate", draws: Draws) -> "FloatArray":
    """Corrosion in unmated hours, by humidity and heat; moisture inside speeds it up."""
    row = wear_set.film
    exponent = draws.of("film.humidity_exponent", row.humidity_exponent)[:, None]
    activation_ev = draws.of("film.activation_ev", row.activation_ev)[:, None]
    humidity_pct = np.minimum(draws.of(HUMIDITY, climate.humidity_pct), 100.0)[:, None]

    def faster(temp_c: "FloatArray") -> "FloatArray":
        return peck(humidity_pct, temp_c, row.reference_humidity_pct.p50, row.reference_c.p50,
                    exponent, activation_ev)  # fmt: skip

    open_h = _weighted(exposure.contact_h[Mated.OPEN], faster, draws)
    unsure_h = _weighted(exposure.contact_h[Mated.UNSURE], faster, draws)
    equivalent_h = open_h + (1.0 - draws.share(UNSURE_MATED)) * unsure_h
    if exposure.moisture:
        equivalent_h = equivalent_h * draws.of("film.moisture_factor", row.moisture_factor)
    return equivalent_h / draws.of("film.life_open_h", row.life_open_h)


def film_beyond(exposure: Exposure, wear_set: "WearSet", climate: "Climate") -> tuple[str, ...]:
    """Name what is beyond Peck's law."""
    row = wear_set.film
    hours = exposure.contact_h[Mated.OPEN] + exposure.contact_h[Mated.UNSURE]
    return peck.beyond(
        climate.humidity_pct.p50, _temps(hours), row.reference_humidity_pct.p50,
        row.reference_c.p50, row.humidity_exponent.p50, row.activation_ev.p50,
    )  # fmt: skip


def housing(exposure: Exposure, wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Hours over the life of polyamide at each temperature."""
    row = wear_set.housing
    life_h = draws.of("housing.life_at_reference_h", row.life_at_reference_h)[:, None]
    activation_ev = draws.of("housing.activation_ev", row.activation_ev)[:, None]
    return _weighted(
        exposure.housing_h,
        lambda temp_c: 1.0 / pa66_life_h(temp_c, life_h, row.reference_c.p50, activation_ev),
        draws,
    )


def housing_beyond(exposure: Exposure, wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond polyamide's law."""
    life_h = wear_set.housing.life_at_reference_h.p50
    return pa66_life_h.beyond(_temps(exposure.housing_h), life_h)


def seal(exposure: Exposure, wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Equivalent hours over those after which the seal is set."""
    row = wear_set.seal
    activation_ev = draws.of("seal.activation_ev", row.activation_ev)[:, None]
    equivalent_h = _weighted(
        exposure.housing_h,
        lambda temp_c: epdm_acceleration(temp_c, row.reference_c.p50, activation_ev),
        draws,
    )
    return equivalent_h / compression_set_h(
        draws.of("seal.end_set", row.end_set),
        draws.of("seal.tau_h", row.tau_h),
        draws.of("seal.stretching", row.stretching),
    )


def seal_beyond(exposure: Exposure, wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond EPDM's laws."""
    row = wear_set.seal
    return compression_set_h.beyond(
        row.end_set.p50, row.tau_h.p50, row.stretching.p50
    ) + epdm_acceleration.beyond(
        _temps(exposure.housing_h), row.reference_c.p50, row.activation_ev.p50
    )


def fretting(exposure: Exposure, wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Slip of the contacts by swings of temperature while a plug was in."""
    row = wear_set.fretting
    mismatch = draws.of("fretting.mismatch_per_k", row.mismatch_per_k)[:, None]
    length_mm = draws.of("fretting.length_mm", row.length_mm)[:, None]
    stick_um = draws.of("fretting.stick_um", row.stick_um)[:, None]
    cycles = draws.of("fretting.cycles_at_reference", row.cycles_at_reference)[:, None]
    exponent = draws.of("fretting.exponent", row.exponent)[:, None]

    def rubbed(range_k: "FloatArray") -> "FloatArray":
        travel_um = slip_um(mismatch, length_mm, range_k)
        return fretting_damage(travel_um, stick_um, row.reference_um.p50, cycles, exponent)

    mated = _swung(exposure, Mated.IN, rubbed, draws)
    unsure = _swung(exposure, Mated.UNSURE, rubbed, draws)
    return mated + draws.share(UNSURE_MATED) * unsure


def fretting_beyond(exposure: Exposure, wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond the laws of slip."""
    row = wear_set.fretting
    travel = (row.mismatch_per_k.p50, row.length_mm.p50, _ranges_k(exposure))
    return slip_um.beyond(*travel) + fretting_damage.beyond(
        slip_um(*travel), row.stick_um.p50, row.reference_um.p50, row.cycles_at_reference.p50,
        row.exponent.p50,
    )  # fmt: skip


def thermal_fatigue(exposure: Exposure, wear_set: "WearSet", draws: Draws) -> "FloatArray":
    """Swings of temperature on crimps, mated or not."""
    row = wear_set.thermal_fatigue
    cycles = draws.of("thermal_fatigue.cycles_at_reference", row.cycles_at_reference)[:, None]
    exponent = draws.of("thermal_fatigue.exponent", row.exponent)[:, None]
    total = np.zeros(draws.size)
    for mated in Mated:
        total += _swung(
            exposure, mated,
            lambda range_k: coffin_manson_damage(range_k, row.reference_k.p50, cycles, exponent),
            draws,
        )  # fmt: skip
    return total


def thermal_fatigue_beyond(exposure: Exposure, wear_set: "WearSet") -> tuple[str, ...]:
    """Name what is beyond the law of fatigue."""
    row = wear_set.thermal_fatigue
    return coffin_manson_damage.beyond(
        _ranges_k(exposure), row.reference_k.p50, row.cycles_at_reference.p50, row.exponent.p50
    )


def _mated_hours(
    exposure: Exposure, draws: Draws, faster: Callable[["FloatArray"], "FloatArray"]
) -> "FloatArray":
    mated_h = _weighted(exposure.contact_h[Mated.IN], faster, draws)
    unsure_h = _weighted(exposure.contact_h[Mated.UNSURE], faster, draws)
    return mated_h + draws.share(UNSURE_MATED) * unsure_h


def _weighted(
    hours: "FloatArray", rate: Callable[["FloatArray"], "FloatArray"], draws: Draws
) -> "FloatArray":
    """Sum hours by variant and temperature, weighted by a rate of draw and temperature."""
    used = hours.any(axis=0)
    if not used.any():
        return np.zeros(draws.size)
    rates = np.broadcast_to(rate(node_temps_c()[used][None, :]), (draws.size, int(used.sum())))
    return draws.blend(hours[:, used] @ rates.T)


def _swung(
    exposure: Exposure, mated: Mated, share: Callable[["FloatArray"], "FloatArray"], draws: Draws
) -> "FloatArray":
    """Sum the damage of cycles by variant, weighted by a share of draw and range."""
    counts, ranges_k = exposure.swings.count[mated], exposure.swings.range_k[mated]
    by_variant = np.zeros((len(VARIANTS), draws.size))
    for variant, (count, range_k) in enumerate(zip(counts, ranges_k, strict=True)):
        used = count > 0.0
        if used.any():
            by_variant[variant] = share(range_k[used][None, :]) @ count[used]
    return draws.blend(by_variant)


def _temps(hours: "FloatArray") -> "FloatArray":
    """Return the temperatures at which the median connector spent time."""
    temps_c: FloatArray = node_temps_c()[hours[_MIDDLE] > 0.0]
    return temps_c


def _ranges_k(exposure: Exposure) -> "FloatArray":
    swings = exposure.swings
    ranges_k: FloatArray = swings.range_k[:, _MIDDLE][swings.count[:, _MIDDLE] > 0.0]
    return ranges_k
