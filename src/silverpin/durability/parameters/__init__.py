"""Named sets of parameters, each value with its source or marked as a guess; see `connectors`.

They are a table in Python, so that the type checker and the units in the names hold for every row.
"""
