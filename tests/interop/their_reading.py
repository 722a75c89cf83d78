"""What the package `iso15118` makes of messages and addresses that the standards allow.

Reads lines `{"namespace", "exi"}` or `{"port"}` on standard input; answers each with true, or with
the words of the refusal.
"""

import json
import logging
import sys

from iso15118.shared.exceptions import V2GMessageValidationError
from iso15118.shared.exi_codec import EXI
from iso15118.shared.messages.sdp import SDPResponse, Security
from iso15118.shared.settings import load_shared_settings

from tests.interop.their_codec import codec


def taken(asked: dict[str, str]) -> bool:
    if "port" in asked:
        answer = bytes(16) + int(asked["port"]).to_bytes(2, "big") + bytes([Security.NO_TLS, 0])
        return hasattr(SDPResponse.from_payload(answer), "ip_address")
    try:
        EXI().from_exi(bytes.fromhex(asked["exi"]), asked["namespace"])
    except V2GMessageValidationError:
        return False
    return True


logging.disable()
load_shared_settings()
EXI().set_exi_codec(codec())
for line in sys.stdin:
    print(json.dumps(taken(json.loads(line))))
