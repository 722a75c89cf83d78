"""Composition roots: the only rooms that join control, drivers and the outside."""
