"""Nouns and tables of the charger: what every other room may know, and nothing that acts."""
