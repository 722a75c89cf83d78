"""What a network capture of a charging session holds: records, frames, streams, TLS, messages.

`records` reads the file, `decoder` everything else; both take octets and give values.
"""
