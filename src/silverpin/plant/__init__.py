"""Simulated nature: what the sensors will later be allowed to see."""
