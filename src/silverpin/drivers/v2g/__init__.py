"""How a charger is found and met by vehicles: SDP, TCP, TLS, certificates, captures.

A server is put together like this; without certificates `sides` is empty, and only a policy that
admits connections in clear lets anybody in::

    from silverpin.drivers.v2g.discovery import Discovery
    from silverpin.drivers.v2g.interface import Listen
    from silverpin.drivers.v2g.listener import V2gListener
    from silverpin.drivers.v2g.trust import charger_sides

    listener = V2gListener(
        policy=Policy.TLS13_ONLY,
        sides=charger_sides(folder, policy, profile),
        on_connection=serve,      # async def serve(connection: Connection) -> None
        on_turned=note,           # told of every connection that was not taken, and why
    )
    await listener.open(Listen("eth1", 8042))      # Listen(None, 0, "::1") in a test
    finder = Discovery("eth1", tcp_port=listener.port, ...)
    await finder.open()

`serve` owns its connection until it returns: `await connection.read()` gives octets, and none once
the vehicle has ended; `await connection.write(octets)`; `await connection.close()`.
`connection.terms` says who came how: `peer`, `carrier`, `agreed` (TLS version, suite, group and the
verified certificate), and `admitted.charging`, `admitted.discharging`: the protocols that may be
agreed on, and those in which power may flow back. A vehicle's side is `vehicle.meet`, with
`trust.vehicle_side` or in clear with None.

TLS needs the packages of `silverpin[v2g]`; they are loaded by `trust`, `tls` and `pki` alone.
"""
