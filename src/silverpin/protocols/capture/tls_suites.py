"""Cipher suites of TLS 1.2 and 1.3: those of ISO 15118-2 and -20, and what cars also offer."""

from typing import NamedTuple


class Suite(NamedTuple):
    """What opens a record: *mode* is gcm, ccm, ccm8, chacha or cbc."""

    name: str
    mode: str
    key_length: int
    prf: str
    mac: str = ""


def _cbc(exchange: str, bits: int, mac: str) -> Suite:
    prf = "sha384" if mac == "sha384" else "sha256"
    return Suite(f"TLS_{exchange}_WITH_AES_{bits}_CBC_{mac.upper()}", "cbc", bits // 8, prf, mac)


def _aead(exchange: str, mode: str, bits: int = 128) -> Suite:
    prf = "sha384" if bits == 256 and mode == "gcm" else "sha256"
    if mode == "chacha":
        return Suite(f"TLS_{exchange}_WITH_CHACHA20_POLY1305_SHA256", mode, 32, prf)
    ending = {"gcm": f"GCM_{prf.upper()}", "ccm": "CCM", "ccm8": "CCM_8"}[mode]
    return Suite(f"TLS_{exchange}_WITH_AES_{bits}_{ending}", mode, bits // 8, prf)


TLS_1_3 = {
    0x1301: Suite("TLS_AES_128_GCM_SHA256", "gcm", 16, "sha256"),
    0x1302: Suite("TLS_AES_256_GCM_SHA384", "gcm", 32, "sha384"),
    0x1303: Suite("TLS_CHACHA20_POLY1305_SHA256", "chacha", 32, "sha256"),
    0x1304: Suite("TLS_AES_128_CCM_SHA256", "ccm", 16, "sha256"),
    0x1305: Suite("TLS_AES_128_CCM_8_SHA256", "ccm8", 16, "sha256"),
}

TLS_1_2 = {
    0x002F: _cbc("RSA", 128, "sha1"),
    0x0035: _cbc("RSA", 256, "sha1"),
    0x003C: _cbc("RSA", 128, "sha256"),
    0x003D: _cbc("RSA", 256, "sha256"),
    0x009C: _aead("RSA", "gcm"),
    0x009D: _aead("RSA", "gcm", 256),
    0x009E: _aead("DHE_RSA", "gcm"),
    0x009F: _aead("DHE_RSA", "gcm", 256),
    0xC004: _cbc("ECDH_ECDSA", 128, "sha1"),
    0xC005: _cbc("ECDH_ECDSA", 256, "sha1"),
    0xC009: _cbc("ECDHE_ECDSA", 128, "sha1"),
    0xC00A: _cbc("ECDHE_ECDSA", 256, "sha1"),
    0xC013: _cbc("ECDHE_RSA", 128, "sha1"),
    0xC014: _cbc("ECDHE_RSA", 256, "sha1"),
    0xC023: _cbc("ECDHE_ECDSA", 128, "sha256"),
    0xC024: _cbc("ECDHE_ECDSA", 256, "sha384"),
    0xC025: _cbc("ECDH_ECDSA", 128, "sha256"),
    0xC026: _cbc("ECDH_ECDSA", 256, "sha384"),
    0xC027: _cbc("ECDHE_RSA", 128, "sha256"),
    0xC028: _cbc("ECDHE_RSA", 256, "sha384"),
    0xC02B: _aead("ECDHE_ECDSA", "gcm"),
    0xC02C: _aead("ECDHE_ECDSA", "gcm", 256),
    0xC02D: _aead("ECDH_ECDSA", "gcm"),
    0xC02E: _aead("ECDH_ECDSA", "gcm", 256),
    0xC02F: _aead("ECDHE_RSA", "gcm"),
    0xC030: _aead("ECDHE_RSA", "gcm", 256),
    0xC0AC: _aead("ECDHE_ECDSA", "ccm"),
    0xC0AD: _aead("ECDHE_ECDSA", "ccm", 256),
    0xC0AE: _aead("ECDHE_ECDSA", "ccm8"),
    0xC0AF: _aead("ECDHE_ECDSA", "ccm8", 256),
    0xCCA8: _aead("ECDHE_RSA", "chacha"),
    0xCCA9: _aead("ECDHE_ECDSA", "chacha"),
}
