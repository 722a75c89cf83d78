"""DIN 70121, ISO 15118-2 and -20 as machines without sockets and clocks, both roles."""
