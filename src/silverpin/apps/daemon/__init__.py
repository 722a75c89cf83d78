"""`evse-control-daemon`: one connector, its interlocks, its journal and its page."""

from silverpin.apps.daemon.program import main

__all__ = ["main"]
