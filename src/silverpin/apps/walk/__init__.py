"""A random walk of the charger through all that can happen, beside invariants that must hold.

Rule 1: a walk is made of legs. A leg is a seed: from it come the world, its nature and every deed.
Rule 2: deeds are told in advance (`chance`) and never depend on what the charger did, so that any
        part of them can be played again (`leg`), which is what makes a failure short (`shrink`).
Rule 3: invariants look at nature and at what passes the ports (`sight`), never at the reasons of
        the code that is walked. What it tells people is held against nature as well.
Rule 4: deeds, faults and inputs are read from their tables and Protocols: a new row joins.
"""
