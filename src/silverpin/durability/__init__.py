"""What use costs a connector: parameters with their sources, damage, and what life remains.

It shares laws with `plant`, in `physics`, and not a single parameter.
"""
