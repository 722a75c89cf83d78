"""A daemon with a modem in a network namespace: ``unshare -n -r python -m tests.plc_daemon DB``.

A vehicle is plugged into the simulated plant and matched over real interfaces, over a cable with
that attenuation; the power line's part of the status is printed, linked and after the session.
"""

import json
import shutil
import subprocess
import sys

from tests.daemon_process import Daemon, Home
from tests.plc_namespace import lay, station

CONFIGURATION = """
[charger]
id = "bay-7"
serial = "AB123"
connector = "ccs2-80a"
power_max_w = 22000.0

[v2g]
interface = "cs0"
modem = "slac"
"""


def main() -> None:
    attenuation_db = float(sys.argv[1])
    subprocess.run(["ip", "link", "set", "dev", "lo", "up"], check=True)
    home = Home()
    path = home.folder / "evse.toml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    daemon = Daemon(home, "--config", str(path))
    try:
        print(json.dumps(daemon.status()["plc"]))
        lay(["cs0", "ev0"])
        plan = {
            "seed": 1,
            "interfaces": ["cs0l", "ev0l"],
            "attenuations": [(0, 1, attenuation_db)],
        }
        power_line = station("line", json.dumps(plan))
        assert power_line.stdout is not None
        assert power_line.stdout.readline() == "ready\n"
        daemon.until(lambda status: status["plc"].get("network"), "keyed")
        daemon.act("plug")
        daemon.until(lambda status: status["plugged"], "plugged")
        daemon.act("set-power", "5kW")  # matching begins with an offer
        daemon.until(lambda status: status["plc"]["stage"] == "listening", "listening")
        vehicle = station("vehicle", "ev0")
        print(json.dumps(daemon.until(lambda s: s["plc"]["stage"] == "linked", "linked")["plc"]))
        vehicle.communicate()
        daemon.act("stop")
        print(json.dumps(daemon.until(lambda s: s["plc"]["stage"] == "idle", "idle")["plc"]))
        power_line.terminate()
        power_line.communicate()
    finally:
        daemon.close()
        shutil.rmtree(home.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
