"""Cited laws as pure functions; nature and estimators share these and no parameters.

A law is written once, for floats, of plain operators and the functions of `elementary`; it
therefore holds for numpy arrays too, element by element and broadcast, and imports numpy only when
it is handed one. `@law` puts its equation, unit, sources and range of validity beside it:

>>> from silverpin.physics.contact import spot_c
>>> round(spot_c(bulk_c=20.0, drop_v=0.1))
160
>>> spot_c.answer(bulk_c=20.0, drop_v=0.6).extrapolated
True

`law(...)` is the bare value for an inner loop; `law.answer(...)` adds whether any argument lies
outside the range that the sources cover, element by element; `law.beyond(...)` names them.
`laws.LAWS` has all of them by name. The unit ends each name: mm3_per_n_m is mm³/(N m).
"""
