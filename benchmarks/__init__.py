"""Figures of this project beside their aims; `python -m benchmarks` prints them all."""
