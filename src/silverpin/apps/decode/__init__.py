"""`v2g-tool decode`: what vehicle and charger said, out of a capture or out of hex."""

from silverpin.apps.decode.program import main

__all__ = ["main"]
