"""`evse-bench`: the charger on a bench, for a few amperes and with a ledger of its own."""

from silverpin.apps.daemon.program import bench as main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
