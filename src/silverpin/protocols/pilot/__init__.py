"""The control pilot: what its levels mean, what its duty offers, whether it is as it must be."""
