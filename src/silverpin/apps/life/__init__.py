"""`silverpin life`: what a record of use tells of its connector's life, wear cost and upkeep."""

from silverpin.apps.life.program import main

__all__ = ["main"]
