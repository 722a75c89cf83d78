"""A field of a request that cannot be is named in words that whoever typed the command knows."""

import json
from typing import Any

import pytest

from silverpin.apps.control_socket.requests import RequestError, read_request

SERIAL = "1 to 64 plain letters, digits and signs, without spaces or /"
SIGNED = {"technician": "A", "certificate": "C", "instrument": "I"}


@pytest.mark.parametrize(("asked", "told"), [
    ({"command": "history", "limit": 0}, "history: limit must be a whole number of at least 1"),
    ({"command": "set", "mode": "V2X", "power_w": -2e6},
     "set: power_w must be a number of at least -1,000,000"),
    ({"command": "inspect", **SIGNED, "pins": {"DC+": -1.0}},
     "inspect: each of pins must be a number of at least 0"),
    ({"command": "inspect", **SIGNED, "pins": {}},
     "inspect: pins must be a table of at least 1 entries"),
    ({"command": "calibrate", **SIGNED, "pin": "DC+", "points": [{"reference_c": 1e9}]},
     "calibrate: each of points, reference_c must be a number of at most 200"),
    ({"command": "clean", "technician": " "},
     "clean: technician must be a text on one line, and not empty"),
    ({"command": "clean", "technician": "A", "note": "two\nlines"},
     "clean: note must be a text on one line"),
    ({"command": "clean", "technician": "A" * 201},
     "clean: technician must be a text of at most 200 characters"),
    ({"command": "connector-replace", "serial": "Nº 7"},
     f"connector-replace: serial must be {SERIAL}"),
    ({"command": "set", "mode": "V2X"}, "set: power_w is missing"),
    ({"command": "set", "mode": "V2X", "power_w": 1.0, "sign": 1}, "set: sign is unknown"),
    ({"command": "inspect", **SIGNED, "pins": {"DC+": 1.0}, "seal": {"wet": True}},
     "inspect: wet is unknown in seal"),
    ({"command": "set", "mode": "V3X", "power_w": 1.0}, "set: mode: invalid enum value 'V3X'"),
    ({"command": "set", "mode": "V2X", "power_w": "5kW"},
     "set: power_w must be float, got str"),
])  # fmt: skip
def test_a_wrong_field_is_told_in_words(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(json.dumps(asked).encode())
    assert str(refused.value) == told
