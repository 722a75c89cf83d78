"""TLS over octets that somebody else carries: a context a profile, a session a connection.

pyOpenSSL, because Python's own `ssl` can name neither two groups nor the suites of TLS 1.3, and
tells of a refused certificate neither which nor why (decision 24). What was agreed on is compared
with the profile after every handshake, so that no setting can be ignored in silence.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.bindings.openssl.binding import Binding
from OpenSSL import SSL, crypto

from silverpin.drivers.v2g.connection import READ_MAX
from silverpin.drivers.v2g.contracts import UNREADABLE
from silverpin.drivers.v2g.credentials import BadCredentials, Credentials, fresh_staple
from silverpin.drivers.v2g.verification import (
    NO_CRL,
    OK,
    PeerCertificate,
    Role,
    describe,
    refused,
    wrong_role,
)
from silverpin.protocols.tls_profiles import TLS_1_3, TlsProfile

_VERSIONS = {TLS_1_3: SSL.TLS1_3_VERSION}
_OURS_REFUSED = ("certificate", "unknown ca")
KeyLine = Callable[[bytes], None]


class Refused(Exception):
    """The handshake failed; the message is one sentence for log and page."""


class Agreed(NamedTuple):
    """What a handshake agreed on."""

    version: str
    suite: str
    group: str
    peer: PeerCertificate | None


class _Notes:
    """What OpenSSL's callbacks need of one connection, and what they found."""

    __slots__ = ("key_line", "peer", "profile", "why")

    def __init__(self, peer: Role, profile: TlsProfile, key_line: KeyLine | None) -> None:
        self.peer = peer
        self.profile = profile
        self.key_line = key_line
        self.why: str | None = None


class TlsSide:
    """One side's credentials under one profile: makes a session for each connection.

    *certificate_needed* ends the handshake of a vehicle that shows none; one that shows a wrong
    one is refused in any case.
    """

    def __init__(
        self,
        profile: TlsProfile,
        role: Role,
        own: Credentials,
        *,
        certificate_needed: bool = True,
    ) -> None:
        self.profile = profile
        self.own = own
        self._role = role
        self._context = _context(profile, role, own, certificate_needed)

    def session(self, key_line: KeyLine | None = None) -> "TlsSession":
        """Begin a connection; *key_line* is told its secrets, in the NSS format."""
        peer = Role.VEHICLE if self._role is Role.CHARGER else Role.CHARGER
        return TlsSession(self._context, _Notes(peer, self.profile, key_line))


class TlsSession:
    """One connection: octets of the wire in and out, plain octets in and out."""

    def __init__(self, context: SSL.Context, notes: _Notes) -> None:
        self.profile = notes.profile
        self._notes = notes
        self._connection = SSL.Connection(context, None)
        self._connection.set_app_data(notes)
        if notes.peer is Role.VEHICLE:
            self._connection.set_accept_state()
        else:
            self._connection.set_connect_state()
        self.closed = False

    def shake(self, data: bytes) -> Agreed | None:
        """Take octets of the wire; return what was agreed once the handshake is done."""
        if data:
            self._connection.bio_write(data)
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return None
        except SSL.Error as error:
            raise Refused(self._notes.why or self._words(error)) from None
        return self._agreed()

    def receive(self, data: bytes) -> bytes:
        """Take octets of the wire; return what they say. Raises Refused if they were tampered."""
        self._connection.bio_write(data)
        return self.plain()

    def plain(self) -> bytes:
        """Return what has been received and not been read."""
        parts = []
        while True:
            try:
                parts.append(self._connection.recv(READ_MAX))
            except SSL.WantReadError:
                break
            except SSL.ZeroReturnError:
                self.closed = True
                break
            except SSL.Error as error:
                raise Refused(self._words(error)) from None
        return b"".join(parts)

    def send(self, data: bytes) -> None:
        """Seal *data*; `outgoing` has it. Raises Refused once the connection was given up."""
        try:
            self._connection.sendall(data)
        except SSL.Error as error:
            raise Refused(self._words(error)) from None

    def bye(self) -> None:
        """Say that nothing more follows."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            self.closed = True

    def outgoing(self) -> bytes:
        """Return the octets that are to go on the wire."""
        parts = []
        while True:
            try:
                parts.append(self._connection.bio_read(READ_MAX))
            except SSL.WantReadError:
                return b"".join(parts)

    def _agreed(self) -> Agreed:
        connection, profile = self._connection, self._notes.profile
        group, suite = connection.get_group_name(), connection.get_cipher_name()
        groups = {code.name for code in profile.groups}
        suites = {name for code in profile.suites for name in (code.openssl, code.name)}
        if group not in groups or suite not in suites:
            raise Refused(
                f"{group} and {suite} were agreed on, which {profile.title} does not know"
            )
        found = connection.get_peer_certificate(as_cryptography=True)
        try:
            peer = None if found is None else describe(found)
        except UNREADABLE as error:
            raise Refused(f"the peer's certificate cannot be read: {_plain(error)}") from None
        return Agreed(connection.get_protocol_version_name(), str(suite), str(group), peer)

    def _words(self, error: SSL.Error) -> str:
        notes = self._notes
        stack = error.args[0] if error.args and isinstance(error.args[0], list) else []
        words = [str(reason) for *_, reason in stack]
        if any("did not return a certificate" in word for word in words):
            return (
                f"the {notes.peer.value} showed no certificate and {notes.profile.title} "
                "wants one: have one installed in it"
            )
        said = ", ".join(words) or type(error).__name__
        if "alert" in said and any(word in said for word in _OURS_REFUSED):
            return (
                f"the {notes.peer.value} does not accept our certificate ({said}): have it trust "
                "our root, and look whether our certificate has ended"
            )
        return f"TLS with the {notes.peer.value} failed: {said}"


def _asking(profile: TlsProfile, role: Role, needed: bool) -> int:
    asks = role is Role.VEHICLE or profile.asks_vehicle
    mode: int = SSL.VERIFY_PEER if asks else SSL.VERIFY_NONE
    if asks and needed:
        mode |= SSL.VERIFY_FAIL_IF_NO_PEER_CERT
    return mode


def _judge(connection: SSL.Connection, found: crypto.X509, code: int, depth: int, _ok: int) -> bool:
    notes: _Notes = connection.get_app_data()
    try:
        notes.why = _wrong(found.to_cryptography(), code, depth, notes)
    except UNREADABLE as error:
        what = "" if depth == 0 else ", or an authority of its chain,"
        notes.why = f"the {notes.peer.value}'s certificate{what} cannot be read: {_plain(error)}"
    return notes.why is None


def _wrong(found: x509.Certificate, code: int, depth: int, notes: _Notes) -> str | None:
    # A certificate of an issuer whose list is not here counts as not revoked: no charger has the
    # lists of every maker, and none can fetch them while it is offline.
    if code not in (OK, NO_CRL):
        return refused(found, code, depth, notes.peer)
    # OpenSSL tells the peer of a role that we refuse by the alert internal_error: a callback
    # cannot name another one.
    return wrong_role(found, notes.peer, notes.profile) if depth == 0 else None


def _plain(error: Exception) -> str:
    """What was said of octets from outside, in one line of bounded length."""
    return "".join(c if c.isprintable() else " " for c in str(error))[:120]


def _context(profile: TlsProfile, role: Role, own: Credentials, needed: bool) -> SSL.Context:
    server = role is Role.CHARGER
    context = SSL.Context(SSL.TLS_SERVER_METHOD if server else SSL.TLS_CLIENT_METHOD)
    version = _VERSIONS.get(profile.version, SSL.TLS1_2_VERSION)
    context.set_min_proto_version(version)
    context.set_max_proto_version(version)
    # No tickets and no cache: every connection proves anew who is there.
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(
        SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE
    )
    _set_suites(context, profile)
    _restrict(context, profile)
    _own_chain(context, own)
    _trust(context, own)
    context.set_verify(_asking(profile, role, needed), _judge)
    context.set_keylog_callback(_tell_key)
    if server and own.staple is not None:
        context.set_ocsp_server_callback(_stapled, own.staple)
    return context


def _set_suites(context: SSL.Context, profile: TlsProfile) -> None:
    names = ":".join(code.openssl for code in profile.suites).encode()
    if profile.version == TLS_1_3:
        context.set_tls13_ciphersuites(names)
    else:
        context.set_cipher_list(names)


def _restrict(context: SSL.Context, profile: TlsProfile) -> None:
    """Set groups and signatures, for which pyOpenSSL has the call and no method."""
    groups = ":".join(code.openssl for code in profile.groups).encode()
    signatures = ":".join(code.openssl for code in profile.signatures).encode()
    library, pointer = Binding.lib, context._context
    if not (
        library.SSL_CTX_set1_curves_list(pointer, groups)
        and library.SSL_CTX_set1_sigalgs_list(pointer, signatures)
    ):
        raise BadCredentials(f"this OpenSSL lacks {groups.decode()} or {signatures.decode()}")


def _trust(context: SSL.Context, own: Credentials) -> None:
    store = context.get_cert_store()
    if store is None:
        raise BadCredentials("OpenSSL gave no store for trusted certificates")
    for root in own.roots:
        store.add_cert(crypto.X509.from_cryptography(root))
    for revocations in own.crls:
        store.add_crl(revocations)
    if own.crls:
        store.set_flags(crypto.X509StoreFlags.CRL_CHECK | crypto.X509StoreFlags.CRL_CHECK_ALL)


def _own_chain(context: SSL.Context, own: Credentials) -> None:
    if not own.chain:
        return
    leaf, *authorities = own.chain
    try:
        context.use_certificate(leaf)
    except SSL.Error as error:
        raise BadCredentials(f"{own.source}: this certificate cannot be used: {error}") from None
    for authority in authorities:
        context.add_extra_chain_cert(authority)
    own.key.lend(context)


def _stapled(_connection: SSL.Connection, path: Path | None) -> bytes:
    return b"" if path is None else fresh_staple(path, dt.datetime.now(dt.UTC))


def _tell_key(connection: SSL.Connection, line: bytes) -> None:
    notes: _Notes = connection.get_app_data()
    if notes.key_line is not None:
        notes.key_line(line)
