"""SLAC: which vehicle is on this charger's cable, found by how loud it sounds (ISO 15118-3)."""
