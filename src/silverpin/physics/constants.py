"""Constants of nature (CODATA 2018) and fixed points (ITS-90) that several laws need."""

ZERO_CELSIUS_K = 273.15
GAS_J_PER_MOL_K = 8.314462618
BOLTZMANN_EV_PER_K = 8.617333262e-5
EV_IN_KJ_PER_MOL = 96.48533212
"""One electronvolt a particle. [kJ/mol]"""
SILVER_MELTS_C = 961.78
COPPER_MELTS_C = 1084.62
SILVER_OHM_M = 1.59e-8
"""Resistivity of silver at 20 °C. [ohm m]"""
