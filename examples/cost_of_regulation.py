"""What a night of frequency regulation costs a connector, against feeding the house.

    python examples/cost_of_regulation.py [FREQUENCY_FILE]

Without a file the frequency is made up, unless SILVERPIN_DATA names a folder with a real day of
continental Europe.
"""

import os
import random
import sys
from pathlib import Path

import numpy as np

from silverpin.apps.duty.days import Vehicle, following, house, record
from silverpin.drivers.signal_demand import Droop, wanted_power_w
from silverpin.drivers.signal_synthetic import synthetic_frequency
from silverpin.drivers.signals import Asked, Signal, read_signal
from silverpin.durability.life import band
from silverpin.durability.parameters.connectors import WEAR_SETS
from silverpin.durability.study import Study

REAL = "frequency/ce_2022-09-17_1s.csv.gz"


def frequency(words: list[str]) -> Signal:
    """Return the frequency of a file, or one that is made up."""
    data = os.environ.get("SILVERPIN_DATA")
    path = Path(words[0]) if words else Path(data or ".") / REAL
    if path.is_file():
        return read_signal(path, Asked())
    return synthetic_frequency(random.Random(1), 86_400.0)


def main(words: list[str]) -> None:
    """Compare the two."""
    connector = WEAR_SETS["type2-32a"]
    vehicle = Vehicle(power_w=7360.0, road_kwh=10.0, days=2)
    signal = frequency(words)
    droop = Droop(share=0.2 / signal.nominal_hz, deadband_hz=0.0)  # all power at ±200 mHz
    wanted_w = wanted_power_w(signal, vehicle.power_w, droop)
    regulating = following("regulation", signal.name, vehicle, wanted_w, signal.step_s)
    for use in (house(vehicle), regulating):
        study = Study(connector)
        study.take(record(use, connector.nominal_v))
        found = study.assess(np.random.default_rng(1))
        if found.cost is not None:
            low, middle, high = (100.0 * value for value in band(found.cost.eur_per_kwh))
            print(
                f"{use.name} ({use.source}): {found.exposure.reversals} reversals, "
                f"{found.exposure.discharged_kwh:.1f} kWh given, "
                f"{middle:.2g} ct a kWh ({low:.2g} to {high:.2g})"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
