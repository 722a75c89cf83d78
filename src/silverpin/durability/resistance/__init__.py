"""Contact resistance in service: per session, over sessions, and by voltage; with intervals.

Heat is what a resistance shows from outside. `thermal_type` is what is known of a type of
connector, `bench` learns it from runs with known resistances, `session` weighs one session,
`history` follows a connector through its life, `alarm` says when it changed, `voltage` is the
second channel. Nothing here knows simulated nature. Needs numpy, scipy and numba (extra `life`).
"""
