"""What is unknown about connectors in service, for the estimator of contact resistance to be tried.

All of it stands here, and nothing of it is shared with the estimator. It was not fixed before
anything was tried: first its scatter was chosen so that the best any estimator could do after one
hour comes near the published bound of 5 %, and after first trials the AC connector was scaled and
the scatter of new contacts narrowed from 30 % to 20 %. `sd` of a factor is that of its logarithm.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Nuisances:
    """How connectors, sessions, air and instruments scatter."""

    contact_sd: float = 0.20
    """Of new contacts of one type among each other."""
    mating_sd: float = 0.010
    """Of one contact from mating to mating."""
    capacity_sd: float = 0.03
    """Of each heat capacity, from unit to unit."""
    conductance_sd: float = 0.03
    """Of each conductance, from unit to unit."""
    other_ohm_sd: float = 0.05
    """Of crimp, cable and inlet, from unit to unit."""
    sensor_grip_sd: float = 0.12
    """How well the bead sits on the barrel."""
    sensor_leak_sd: float = 0.20
    """How much of the housing it feels."""
    seat_sd: float = 0.08
    """Conductance from plug to inlet, from session to session."""
    inlet_sd: float = 0.08
    """Of the vehicle behind it, from session to session: another vehicle, another air."""
    airflow_sd: float = 0.08
    """Of all that goes to air, from session to session."""
    gust_sd: float = 0.04
    gust_s: float = 600.0
    """How it wanders within one."""
    ambient_site_k: float = 0.5
    """Error of the ambient sensor, fixed by where it hangs."""
    ambient_session_k: float = 0.4
    ambient_drift_k_per_h: float = 0.7
    """Of the air itself, which the sensor follows."""
    ambient_wander_k: float = 0.2
    ambient_wander_s: float = 900.0
    """Between the air at the plug and the air at the sensor."""
    warm_start_k: float = 2.0
    """Up to so much warmer than the air when a session begins, each part by itself."""
    ntc_offset_k: float = 0.3
    ntc_noise_k: float = 0.08
    resolution_k: float = 0.1
    ambient_noise_k: float = 0.1
    current_gain_sd: float = 0.003
    current_noise_a: float = 0.05
    missing_share: float = 0.03
    """Samples of a sensor that never arrive."""


USUAL = Nuisances()
BENCH = Nuisances(contact_sd=0.5)
"""On a bench, contacts are picked or spoilt on purpose, from good to bad."""
