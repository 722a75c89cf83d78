"""`silverpin duty`: what different uses of one connector take of it, side by side."""

from silverpin.apps.duty.program import main

__all__ = ["main"]
