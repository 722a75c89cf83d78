"""Figures of this project beside their aims; `python -m benchmarks` prints them all."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as our programs have it, and before numpy
