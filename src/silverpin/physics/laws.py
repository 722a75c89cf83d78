"""Every law, by name, in the order in which they are printed."""

from types import MappingProxyType

from silverpin.physics.arc import arc_charge_as, eroded_mm3, load_break_damage
from silverpin.physics.arrhenius import activation_ev, arrhenius
from silverpin.physics.contact import (
    bulk_ohm,
    cluster_ohm,
    constriction_ohm,
    exposed_ohm,
    film_ohm,
    force_ohm,
    holm_ohm,
    spot_c,
    spot_drop_v,
    spot_radius_m,
)
from silverpin.physics.fatigue import (
    coffin_manson_cycles,
    coffin_manson_damage,
    norris_landzberg,
)
from silverpin.physics.film import peck, sulphide_nm, sulphide_nm_per_h
from silverpin.physics.fretting import fretting_damage, slip_um
from silverpin.physics.insulation import breakdown_kv, coil_life_h
from silverpin.physics.law import Law
from silverpin.physics.lock import coil_c, failed_share, operations_until
from silverpin.physics.ntc import beta_c, beta_ohm, steinhart_hart_c, steinhart_hart_ohm
from silverpin.physics.polymer import (
    compression_set,
    compression_set_h,
    epdm_acceleration,
    pa66_life_h,
)
from silverpin.physics.relaxation import force_share, larson_miller_h, strained_h
from silverpin.physics.thermal import joule_rise_k, step_rise_k
from silverpin.physics.wear import archard_um, exposed_share

_ROWS: tuple[Law[...], ...] = (
    # Contact and heat
    holm_ohm,
    spot_radius_m,
    cluster_ohm,
    constriction_ohm,
    bulk_ohm,
    film_ohm,
    force_ohm,
    exposed_ohm,
    spot_c,
    spot_drop_v,
    joule_rise_k,
    step_rise_k,
    # Wear by mating and by swings of temperature
    archard_um,
    exposed_share,
    slip_um,
    fretting_damage,
    coffin_manson_damage,
    coffin_manson_cycles,
    norris_landzberg,
    # Air, heat and time
    arrhenius,
    activation_ev,
    peck,
    sulphide_nm_per_h,
    sulphide_nm,
    force_share,
    strained_h,
    larson_miller_h,
    pa66_life_h,
    epdm_acceleration,
    compression_set,
    compression_set_h,
    breakdown_kv,
    coil_life_h,
    # Switching and locking
    arc_charge_as,
    eroded_mm3,
    load_break_damage,
    failed_share,
    operations_until,
    coil_c,
    # Thermistors
    beta_ohm,
    beta_c,
    steinhart_hart_ohm,
    steinhart_hart_c,
)
LAWS = MappingProxyType({row.name: row for row in _ROWS})
