"""The one place of the curator's scripts that connects to anything: one file by HTTP, from a public address, in limits.

A url comes from a manifest that somebody else may have written. Only http and https are spoken; the host of every hop
is resolved once, each of its addresses must be a public one, and it is a checked address that is connected to, so that
a name cannot lead elsewhere a moment later (DNS rebinding). No proxy, no credentials, no cookies.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, IPv6Network, ip_address
from socket import AF_UNSPEC, IPPROTO_TCP, SHUT_RDWR, create_connection, getaddrinfo, socket
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ingest.errors import VerispanError

_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GIVEN_OUT = IPv6Network("2000::/3")
_PORTS = {"http": 80, "https": 443}


class NotFetched(VerispanError):
    """A url was refused, or did not give a file within the limits."""

    code = "not_fetched"
    status = 502
    next_step = "Check the source in the manifest, or download the file yourself and put it in its place."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one download may take: bytes, seconds in all but for looking names up, and redirections."""

    size: int = 100 << 20
    seconds: float = 120.0
    redirects: int = 5


def _resolved(host: str, port: int) -> list[str]:
    found = getaddrinfo(host, port, family=AF_UNSPEC, proto=IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _connected(address: str, port: int, seconds: float) -> socket:
    return create_connection((address, port), seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """How names become addresses, and addresses connections; tests put their own in place of the system's."""

    resolve: Callable[[str, int], Sequence[str]] = _resolved
    connect: Callable[[str, int, float], socket] = _connected


def download(url: str, limits: Limits = Limits(), network: Network = Network()) -> bytes:
    """Get what a url leads to. Raises NotFetched."""
    until = monotonic() + limits.seconds
    for _ in range(limits.redirects + 1):
        try:
            with _asked(_target(url), until, network) as response:
                if response.status not in _REDIRECTS:
                    return _body(url, response, limits, until)
                url = urljoin(url, response.getheader("Location") or "")
        except (OSError, HTTPException, ValueError) as error:
            late = " within the time allowed" if monotonic() >= until else ""
            raise NotFetched(f"{url} did not give a file{late}: {error}") from error
    raise NotFetched(f"{url} is redirected more than {limits.redirects} times")


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet.

    Those of IPv6 that hold one of IPv4 are not: 6to4, and mapped, translated (NAT64) and Teredo ones; nor is any that
    lies outside what is given out for the Internet (RFC 4291, 2000::/3).
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (ip not in _GIVEN_OUT or ip.sixtofour is not None or ip.teredo is not None):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _target(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise NotFetched(f"{url!r} is no http or https address")
    if parts.username is not None or parts.password is not None:
        raise NotFetched(f"the url of {parts.hostname} holds a name or a password")
    return parts


@contextmanager
def _asked(parts: SplitResult, until: float, network: Network) -> Iterator[HTTPResponse]:
    """Ask for a url at a checked address; the connection is cut when the time is up, whatever it is doing."""
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    addresses = _checked(host, port, network)
    with closing(_reached(addresses, port, until, network)) as raw, closing(raw.dup()) as handle:
        timer = Timer(_left(until), _cut, [handle])
        timer.start()
        try:
            with closing(_connection(parts.scheme, host, port, raw)) as connection:
                path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
                headers = {"Accept-Encoding": "identity", "User-Agent": "verispan-corpus-fetch", "Connection": "close"}
                connection.request("GET", path, headers=headers)
                yield connection.getresponse()
        finally:
            timer.cancel()


def _checked(host: str, port: int, network: Network) -> Sequence[str]:
    addresses = network.resolve(host, port)
    for address in addresses:
        if not is_public(address):
            raise NotFetched(f"{host} is at {address}, which is not a public address")
    if not addresses:
        raise NotFetched(f"{host} has no address")
    return addresses


def _reached(addresses: Sequence[str], port: int, until: float, network: Network) -> socket:
    """A connection to the first of the addresses that takes one; each has its share of the time that is left."""
    address, *others = addresses
    try:
        raw = network.connect(address, port, _left(until) / len(addresses))
    except OSError:
        if not others:
            raise
        return _reached(others, port, until, network)
    raw.settimeout(_left(until))
    return raw


def _connection(scheme: str, host: str, port: int, raw: socket) -> HTTPConnection:
    """A connection that is made already, to whom the certificate must name."""
    if scheme == "http":
        plain = HTTPConnection(host, port)
        plain.sock = raw
        return plain
    secure = HTTPSConnection(host, port)
    secure.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    return secure


def _body(url: str, response: HTTPResponse, limits: Limits, until: float) -> bytes:
    if response.status != 200:
        raise NotFetched(f"{url} answers {response.status} {response.reason}")
    announced = response.length
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        data += chunk
        if len(data) > limits.size:
            raise NotFetched(f"{url} gives more than {limits.size:,} bytes")
    if monotonic() >= until:
        raise NotFetched(f"{url} did not give a file within the time allowed")
    if announced is not None and len(data) != announced:
        raise NotFetched(f"{url} broke off after {len(data):,} of {announced:,} bytes")
    return bytes(data)


def _left(until: float) -> float:
    return max(0.001, until - monotonic())


def _cut(handle: socket) -> None:
    try:
        handle.shutdown(SHUT_RDWR)
    except OSError:
        return  # it has ended meanwhile
