"""What each mechanism must know of a connector: a group of parameters each, units in the names.

The group says what counts as the end of life, so that a consumed life of 1 means something.
"""

from dataclasses import dataclass, fields

from silverpin.durability.mechanisms import Mechanism
from silverpin.durability.prior import Prior, priors_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One power contact when new."""

    resistance_ohm: Prior
    """All of it: constriction, films and bulk, at 20 °C."""
    force_n: Prior
    """Normal force, all springs of a pin together."""
    hardness_pa: Prior
    spots: Prior
    force_exponent: Prior
    """How the resistance follows the force, `physics.contact.force_ohm`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatingWear:
    """`archard_um` a mating; ends when `plating_um` less `reserve_um` is worn off."""

    wear_mm3_per_n_m: Prior
    slide_m: Prior
    """In and out together."""
    track_mm2: Prior
    plating_um: Prior
    reserve_um: Prior
    scatter_um: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Fretting:
    """`slip_um` and `fretting_damage` a swing of temperature; ends at a Miner sum of 1."""

    mismatch_per_k: Prior
    length_mm: Prior
    stick_um: Prior
    reference_um: Prior
    cycles_at_reference: Prior
    exponent: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """`sulphide_nm` since the last mating; corrosion of what is exposed ends at `life_open_h`."""

    sulphide_nm_per_h: Prior
    """In the air of an office."""
    film_ohm_m: Prior
    life_open_h: Prior
    """Unmated hours in the reference climate until corrosion ends the contact."""
    reference_c: Prior
    reference_humidity_pct: Prior
    humidity_exponent: Prior
    activation_ev: Prior
    moisture_factor: Prior
    """How much faster it goes after moisture was found inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpringRelaxation:
    """`force_share` over mated hours at `reference_c`; ends at `end_share` of the first force."""

    loss_per_decade: Prior
    onset_h: Prior
    reference_c: Prior
    activation_ev: Prior
    end_share: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """`load_break_damage` a break under current; ends at a Miner sum of 1."""

    breaks_at_rated: Prior
    exponent: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalFatigue:
    """`coffin_manson_damage` of crimps a swing of temperature; ends at a Miner sum of 1."""

    reference_k: Prior
    cycles_at_reference: Prior
    exponent: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Housing:
    """`pa66_life_h` at the temperature of the housing; ends at half the strength."""

    life_at_reference_h: Prior
    reference_c: Prior
    activation_ev: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`compression_set` in hours at `reference_c`; ends at `end_set`."""

    tau_h: Prior
    reference_c: Prior
    stretching: Prior
    activation_ev: Prior
    end_set: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """`failed_share` over operations; a retry under force counts `retry_factor` operations."""

    b10_operations: Prior
    shape: Prior
    retry_factor: Prior
    coil_life_h: Prior
    """Of its insulation at `coil_reference_c`, energised."""
    coil_reference_c: Prior
    coil_activation_ev: Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """How a power pin warms: two modes over ambient, each of first order, with I squared.

    The sensor shows the slow one; the contact is hotter than the sensor by the fast one.
    """

    rise_at_rated_k: Prior
    """Of the sensor's place, at the rated current, steady."""
    tau_s: Prior
    contact_over_sensor_k: Prior
    """How much hotter the contact is than the sensor at the rated current, steady."""
    contact_tau_s: Prior
    contact_share: Prior
    """Share of the sensor's rise which the contact's own resistance makes when new."""
    idle_offset_k: Prior
    """What the sensor shows over ambient without current: electronics, sun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a replacement costs, work included."""

    connector_eur: Prior
    lock_eur: Prior
    contactor_eur: Prior


Group = (
    Contact | MatingWear | Fretting | Film | SpringRelaxation | Arcs | ThermalFatigue
    | Housing | Seal | Lock | Heat | Prices
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WearSet:
    """All that is known of one kind of connector, for estimates."""

    name: str
    title: str
    direct_current: bool
    rated_a: float
    nominal_v: float
    """What stands in for a voltage that nobody recorded."""
    contactor: str
    """The part assumed behind it, in `contactors`."""
    contact: Contact
    mating_wear: MatingWear
    fretting: Fretting
    film: Film
    spring_relaxation: SpringRelaxation
    arcs: Arcs
    thermal_fatigue: ThermalFatigue
    housing: Housing
    seal: Seal
    lock: Lock
    heat: Heat
    prices: Prices

    def priors(self) -> dict[str, Prior]:
        """Return every parameter under its name, such as `lock.shape`."""
        groups = ((row.name, getattr(self, row.name)) for row in fields(self))
        return {
            f"{name}.{parameter}": prior
            for name, group in groups
            if isinstance(group, Group)
            for parameter, prior in priors_of(group).items()
        }

    def unsourced(self, mechanism: Mechanism) -> bool:
        """Whether a mechanism leans on a parameter that nobody is cited for.

        The contactor's table is judged where it stands; a fault of the contact's is everybody's.
        """
        group = GROUP_OF.get(mechanism)
        return group is not None and any(
            prior.unsourced for name, prior in self.priors().items() if name.startswith(f"{group}.")
        )


GROUP_OF = {
    Mechanism.MATING_WEAR: "mating_wear",
    Mechanism.FRETTING: "fretting",
    Mechanism.FILM: "film",
    Mechanism.SPRING_RELAXATION: "spring_relaxation",
    Mechanism.ARCS: "arcs",
    Mechanism.THERMAL_FATIGUE: "thermal_fatigue",
    Mechanism.HOUSING: "housing",
    Mechanism.SEAL: "seal",
    Mechanism.LOCK: "lock",
}
"""Field of the group that a mechanism reads; the contactor has a table of its own."""
