"""The ports on simulated nature: same Protocols, same contract suite as any hardware."""

from silverpin.drivers.sim.ports import sim_ports

__all__ = ["sim_ports"]
