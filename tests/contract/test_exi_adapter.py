"""The package `iso15118`, in an environment of its own, with our codec in place of its Java one."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from silverpin.protocols.exi import ExiError, decode, encode_fragment
from silverpin.protocols.exi.adapter import PROTOCOL_OF, JsonCodec
from tests.v2g_data import pairs

SRC = Path(__file__).resolve().parents[2] / "src"
# For each namespace and message in hex: read it into the package's model, and write it again.
THEIR_SIDE = """
import json, logging, sys
from iso15118.shared.exi_codec import EXI
from iso15118.shared.settings import SettingKey, shared_settings
from silverpin.protocols.exi.adapter import JsonCodec

logging.disable()
shared_settings.update({SettingKey.MESSAGE_LOG_JSON: False, SettingKey.MESSAGE_LOG_EXI: False})
exi = EXI()
exi.set_exi_codec(JsonCodec())
for line in sys.stdin:
    namespace, octets = json.loads(line)
    model = exi.from_exi(bytes.fromhex(octets), namespace)
    print(json.dumps([type(model).__name__, exi.to_exi(model, namespace).hex()]))
print(json.dumps("py4j" in sys.modules))
"""


@pytest.mark.long
def test_the_package_reads_and_writes_every_message_through_us(
    their_package: Path, data_dir: Path
) -> None:
    namespaces = {protocol: namespace for namespace, protocol in PROTOCOL_OF.items()}
    given = [(namespaces[p.protocol], p.exi.hex()) for p in pairs(data_dir) if not p.is_fragment]
    done = subprocess.run(
        [str(their_package), "-c", THEIR_SIDE],
        input="\n".join(map(json.dumps, given)),
        env={"PYTHONPATH": str(SRC), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *answers, has_java = map(json.loads, done.stdout.splitlines())
    assert not has_java
    assert [octets for _, octets in answers] == [octets for _, octets in given]
    assert len({name for name, _ in answers}) > 20


def test_text_in_and_out(data_dir: Path) -> None:
    codec = JsonCodec()
    namespaces = {protocol: namespace for namespace, protocol in PROTOCOL_OF.items()}
    for pair in pairs(data_dir):
        namespace = namespaces[pair.protocol]
        assert codec.encode(json.dumps(pair.message), namespace) == pair.exi
        if not pair.is_fragment or pair.protocol == "xmldsig":
            assert json.loads(codec.decode(pair.exi, namespace)) == pair.message


def test_a_signed_body_is_a_fragment() -> None:
    body = {"AuthorizationReq": {"Id": "id1", "GenChallenge": "AAAAAAAAAAAAAAAAAAAAAA=="}}
    octets = JsonCodec().encode(json.dumps(body), "urn:iso:15118:2:2013:MsgDef")
    assert octets == encode_fragment("iso2", body)
    with pytest.raises(ExiError):
        decode("iso2", octets)


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(ExiError, match="no protocol has the namespace 'urn:else'"):
        JsonCodec().decode(b"\x80", "urn:else")
    with pytest.raises(ExiError, match="one key"):
        JsonCodec().encode("[]", "urn:din:70121:2012:MsgDef")
