"""The shipped sets: kinds of connector by the names of `domain.connectors`, and one beyond them.

`about(median, factor)` without a source is a guess, and wide. What no maker or paper publishes
(wear of silver pins, endurance of locks, corrosion in the open) stays a guess until a type test
replaces it.
"""

from dataclasses import replace
from types import MappingProxyType

from silverpin.durability.parameters.groups import (
    Arcs,
    Contact,
    Film,
    Fretting,
    Heat,
    Housing,
    Lock,
    MatingWear,
    Prices,
    Seal,
    SpringRelaxation,
    ThermalFatigue,
    WearSet,
)
from silverpin.durability.prior import Prior, about, exactly
from silverpin.physics.sources import (
    COPPER_GUIDE,
    ELECTRONICS_2020,
    EPDM_RPTE,
    EPDM_XIE,
    GERMER,
    HOLM,
    IEC_60216,
    JEP122,
    PECK,
    SALVI,
    TAMAI,
)

HOURS_PER_YEAR = 8766.0
CRITERION = "ours: criterion of the end of life"
DEFINITION = "ours: definition"
WALL_CHARGERS = "recordings of wall chargers: +36 K at 48 A, 11 to 20 min (zebraengine/wallmonitor)"

_CONTACT = Contact(
    resistance_ohm=about(2e-4, 2.0),
    force_n=about(10.0, 2.0),
    hardness_pa=Prior(6e8, 8e8, 1e9, ELECTRONICS_2020),
    spots=about(4.0, 2.0),
    force_exponent=Prior(0.45, 0.55, 0.7, HOLM),
)
_MATING_WEAR = MatingWear(
    wear_mm3_per_n_m=about(5e-5, 5.0),
    slide_m=about(0.04, 1.4),
    track_mm2=about(100.0, 1.8),
    plating_um=Prior(5.0, 8.0, 10.0),
    reserve_um=exactly(1.0, CRITERION),
    scatter_um=about(0.8, 2.0),
)
_FRETTING = Fretting(
    mismatch_per_k=Prior(1.5e-5, 5e-5, 8e-5),
    length_mm=about(20.0, 1.5),
    stick_um=Prior(2.0, 3.0, 5.0),
    reference_um=exactly(50.0, DEFINITION),
    cycles_at_reference=Prior(1e5, 3e5, 1e6),
    exponent=Prior(1.5, 2.0, 3.0),
)
_FILM = Film(
    sulphide_nm_per_h=about(50.0 / 3000.0, 3.0, TAMAI),
    film_ohm_m=about(1e-3, 10.0),
    life_open_h=about(15.0 * HOURS_PER_YEAR, 3.0),
    reference_c=exactly(20.0, DEFINITION),
    reference_humidity_pct=exactly(60.0, DEFINITION),
    humidity_exponent=Prior(2.0, 2.7, 4.7, PECK),
    activation_ev=Prior(0.7, 0.75, 0.8, JEP122),
    moisture_factor=about(5.0, 3.0),
)
_SPRING_RELAXATION = SpringRelaxation(
    # brass at 75 °C keeps a little over half: the worst of what connectors are made of
    loss_per_decade=Prior(0.015, 0.04, 0.09, COPPER_GUIDE),
    onset_h=about(1.0, 3.0),
    reference_c=exactly(75.0, DEFINITION),
    activation_ev=Prior(0.3, 0.5, 0.9),
    end_share=exactly(0.6, CRITERION),
)
_ARCS = Arcs(breaks_at_rated=about(50.0, 3.0), exponent=Prior(1.0, 1.6, 2.0, GERMER))
_THERMAL_FATIGUE = ThermalFatigue(
    reference_k=exactly(60.0, DEFINITION),
    cycles_at_reference=about(1e5, 5.0),
    exponent=Prior(2.0, 2.5, 4.0),
)
_HOUSING = Housing(
    life_at_reference_h=about(25.0 * HOURS_PER_YEAR, 2.0, SALVI),
    reference_c=exactly(80.0, DEFINITION),
    activation_ev=Prior(0.90, 0.964, 1.03, SALVI),
)
_SEAL = Seal(
    tau_h=about(322.0 * HOURS_PER_YEAR, 2.0, EPDM_XIE),
    reference_c=exactly(25.0, DEFINITION),
    stretching=Prior(0.26, 0.2856, 0.31, EPDM_XIE),
    activation_ev=Prior(0.71, 0.75, 0.85, EPDM_RPTE),
    end_set=exactly(0.5, CRITERION),
)
_LOCK = Lock(
    b10_operations=about(30_000.0, 3.0),
    shape=Prior(1.3, 2.0, 3.0),
    retry_factor=about(2.0, 2.0),
    coil_life_h=about(20_000.0, 1.5, IEC_60216),
    coil_reference_c=exactly(130.0, IEC_60216),
    coil_activation_ev=Prior(0.55, 0.855, 1.05),
)
_HEAT = Heat(
    rise_at_rated_k=Prior(11.0, 16.0, 23.0, WALL_CHARGERS),
    tau_s=Prior(660.0, 720.0, 1200.0, WALL_CHARGERS),
    contact_over_sensor_k=about(2.7, 2.5),
    contact_tau_s=about(45.0, 2.5),
    contact_share=Prior(0.2, 0.5, 0.75),
    idle_offset_k=Prior(0.7, 1.3, 2.3, WALL_CHARGERS),
)

_TYPE2_32A = WearSet(
    name="type2-32a",
    title="AC Type 2, 32 A",
    direct_current=False,
    rated_a=32.0,
    nominal_v=230.0,
    contactor="generic-ac-32a",
    contact=_CONTACT,
    mating_wear=_MATING_WEAR,
    fretting=_FRETTING,
    film=_FILM,
    spring_relaxation=_SPRING_RELAXATION,
    arcs=_ARCS,
    thermal_fatigue=_THERMAL_FATIGUE,
    housing=_HOUSING,
    seal=_SEAL,
    lock=_LOCK,
    heat=_HEAT,
    prices=Prices(
        connector_eur=about(250.0, 1.8), lock_eur=about(60.0, 1.8), contactor_eur=about(40.0, 1.8)
    ),
)
_CCS2_200A = replace(
    _TYPE2_32A,
    name="ccs2-200a",
    title="CCS2, 200 A",
    direct_current=True,
    rated_a=200.0,
    nominal_v=400.0,
    contactor="te-evc250",
    contact=replace(_CONTACT, resistance_ohm=about(1e-4, 2.0), force_n=about(40.0, 2.0),
                    spots=about(10.0, 2.0)),
    mating_wear=replace(_MATING_WEAR, slide_m=about(0.05, 1.4), track_mm2=about(400.0, 1.8)),
    # a direct current has no zero crossing: few hot unplugs are survived at all
    arcs=replace(_ARCS, breaks_at_rated=about(3.0, 3.0)),
    heat=replace(_HEAT, rise_at_rated_k=about(35.0, 1.6), tau_s=about(900.0, 1.7),
                 contact_over_sensor_k=about(6.0, 2.5), contact_share=Prior(0.1, 0.3, 0.6)),
    prices=Prices(
        connector_eur=about(900.0, 1.8), lock_eur=about(80.0, 1.8), contactor_eur=about(80.0, 1.8)
    ),
)  # fmt: skip
_ROWS = (
    _TYPE2_32A,
    replace(
        _CCS2_200A,
        name="ccs2-80a",
        title="CCS2, 80 A",
        rated_a=80.0,
        heat=replace(_CCS2_200A.heat, rise_at_rated_k=about(20.0, 1.8)),
        prices=replace(_CCS2_200A.prices, connector_eur=about(600.0, 1.8)),
    ),
    _CCS2_200A,
    replace(
        _CCS2_200A,
        name="ccs2-500a-cooled",
        title="CCS2, 500 A, liquid-cooled",
        rated_a=500.0,
        contactor="generic-dc-500a",
        contact=replace(_CCS2_200A.contact, resistance_ohm=about(5e-5, 2.0)),
        heat=replace(
            _CCS2_200A.heat,
            rise_at_rated_k=about(40.0, 1.6),
            tau_s=about(300.0, 2.0),
            contact_over_sensor_k=about(10.0, 2.5),
            contact_share=Prior(0.2, 0.5, 0.8),
        ),
        prices=Prices(
            connector_eur=about(4000.0, 1.8),
            lock_eur=about(80.0, 1.8),
            contactor_eur=about(250.0, 1.8),
        ),
    ),
)
WEAR_SETS = MappingProxyType({row.name: row for row in _ROWS})
ASSUMED = WEAR_SETS["type2-32a"]
"""Taken where a record names no kind of connector; whoever tells of it says so."""
