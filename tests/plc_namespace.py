"""A car park in a network namespace: ``unshare -n -r python -m tests.plc_namespace CABLES``.

CABLES is a list of attenuations in JSON, one a charger with its vehicle. A veth pair a station is
laid, a power line put between them, and every charger and vehicle started as a process of its own;
what they print comes out as it is.
"""

import json
import subprocess
import sys
from itertools import product

BETWEEN_CABLES_DB = 62.0


def lay(names: list[str]) -> None:
    """Make a pair for each station: its own end, and the power line's."""
    for name in names:
        subprocess.run(
            ["ip", "link", "add", "name", name, "type", "veth", "peer", "name", f"{name}l"],
            check=True,
        )
        for end in (name, f"{name}l"):
            subprocess.run(["ip", "link", "set", "dev", end, "up"], check=True)


def station(role: str, argument: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.plc_station", role, argument]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def main() -> None:
    cables: list[float] = json.loads(sys.argv[1])
    chargers = [f"cs{number}" for number in range(len(cables))]
    vehicles = [f"ev{number}" for number in range(len(cables))]
    lay(chargers + vehicles)
    count = len(cables)
    plan = {
        "seed": 1,
        "interfaces": [f"{name}l" for name in chargers + vehicles],
        "attenuations": [
            (one, count + other, cables[one] if one == other else BETWEEN_CABLES_DB)
            for one, other in product(range(count), repeat=2)
        ],
    }
    power_line = station("line", json.dumps(plan))
    assert power_line.stdout is not None
    try:
        assert power_line.stdout.readline() == "ready\n"
        running = [station("charger", name) for name in chargers]
        running += [station("vehicle", name) for name in vehicles]
        for process in running:
            print(process.communicate()[0], end="", flush=True)
    finally:
        power_line.terminate()
        power_line.communicate()


if __name__ == "__main__":
    main()
