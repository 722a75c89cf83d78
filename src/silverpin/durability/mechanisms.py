"""The ways in which a connector and its charger wear out."""

from enum import Enum


class Mechanism(Enum):
    """One way to the end of life; the order is that of the connector from the pin outward."""

    MATING_WEAR = "mating wear"
    FRETTING = "fretting"
    FILM = "film and corrosion"
    SPRING_RELAXATION = "spring relaxation"
    ARCS = "arcs"
    THERMAL_FATIGUE = "thermal fatigue"
    HOUSING = "housing"
    SEAL = "seal"
    LOCK = "lock"
    CONTACTOR = "contactor"
