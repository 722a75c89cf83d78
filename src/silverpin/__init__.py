"""Bidirectional charger controller that knows what each kilowatt-hour costs its connector."""

__version__ = "0.1.0"
