import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import guarded_http
from corpus.guarded_http import Limits, Network, NotFetched, download, is_public

PUBLIC = "93.184.216.34"
BODY = b"words before, and the file"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        name, _, rest = self.path.lstrip("/").partition("/")
        if name == "to":
            self.send_response(302)
            self.send_header("Location", rest.replace("http:/x", "http://x"))
            self.end_headers()
        elif name == "hang":
            self.server.released.wait(20)
        elif name == "drip":
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not self.server.released.wait(0.005):
                    self.wfile.write(b".")
        else:
            self.send_response(404 if name == "none" else 200)
            if name != "unsaid":
                self.send_header("Content-Length", str(len(BODY) + (name == "short")))
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        return


class Fake:
    """A server on this machine, in the place of every public address; remembers names, addresses and requests."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server, self.resolved, self.connected = server, [], []
        self.addresses: dict[str, list[list[str]]] = {}
        self.dead: set[str] = set()
        self.seconds: list[float] = []

    @property
    def network(self) -> Network:
        return Network(self._resolve, self._connect)

    def _resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append((host, port))
        answers = self.addresses.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append((address, port))
        self.seconds.append(seconds)
        if address in self.dead:
            raise ConnectionRefusedError("Connection refused")
        return socket.create_connection(self.server.server_address[:2], seconds)


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.released = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Fake(server)
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["file", "unsaid"])
def test_a_file_is_fetched_from_the_address_that_was_checked(fake, name):
    assert download(f"http://docs.example:8080/{name}/a b?v=1#part", network=fake.network) == BODY
    assert fake.connected == [(PUBLIC, 8080)]
    assert fake.server.asked == [(f"/{name}/a%20b?v=1", "docs.example:8080")]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://docs.example/a",
        "http:///a",
        "docs.example/a",
        "http://me:secret@docs.example/a",
        "",
    ],
)
def test_only_plain_http_addresses_are_asked(fake, url):
    with pytest.raises(NotFetched) as caught:
        download(url, network=fake.network)
    assert "secret" not in str(caught.value)
    assert fake.resolved == []


@pytest.mark.parametrize("port", ["x", "99999"])
def test_a_port_that_is_none_is_refused(fake, port):
    with pytest.raises(NotFetched):
        download(f"http://docs.example:{port}/file", network=fake.network)
    assert fake.connected == []


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
    "::ffff:93.184.216.34", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fec0::1", "feff::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_never_connected_to(fake, address):
    fake.addresses["docs.example"] = [[PUBLIC, address]]
    with pytest.raises(NotFetched, match="not a public address"):
        download("http://docs.example/file", network=fake.network)
    assert fake.connected == []


def test_each_checked_address_is_tried_until_one_takes_a_connection(fake):
    others = ["2606:2800:220:1::1", "9.9.9.9"]
    fake.addresses["docs.example"], fake.dead = [[*others, PUBLIC, "8.8.8.8"]], set(others)
    assert download("http://docs.example/file", Limits(seconds=40), fake.network) == BODY
    assert [address for address, _ in fake.connected] == [*others, PUBLIC]
    assert fake.seconds[0] <= 10 < fake.seconds[1] <= 14 < fake.seconds[2] <= 20  # each its share of what is left


def test_where_no_address_takes_a_connection_it_is_said(fake):
    fake.addresses["docs.example"], fake.dead = [["9.9.9.9", PUBLIC]], {"9.9.9.9", PUBLIC}
    with pytest.raises(NotFetched, match="Connection refused"):
        download("http://docs.example/file", network=fake.network)
    assert [address for address, _ in fake.connected] == ["9.9.9.9", PUBLIC]


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_private_passes(address):
    assert not (is_public(str(address)) and (address.is_private or address.is_loopback or address.is_link_local))
    assert is_public(str(ip_address("9.9.9.9")))


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_once_a_hop(fake):
    fake.addresses["docs.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert download("http://docs.example/file", network=fake.network) == BODY
    assert fake.resolved == [("docs.example", 80)]
    assert fake.connected == [(PUBLIC, 80)]

    fake.addresses["docs.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1"):
        download("http://docs.example/to//file", network=fake.network)
    assert fake.connected == [(PUBLIC, 80)] * 2


def test_each_hop_of_a_redirection_is_checked(fake):
    fake.addresses["x.internal"] = [["10.0.0.7"]]
    with pytest.raises(NotFetched, match=r"x\.internal is at 10\.0\.0\.7"):
        download("http://docs.example/to/http://x.internal/file", network=fake.network)
    assert fake.connected == [(PUBLIC, 80)]
    with pytest.raises(NotFetched, match="no http or https"):
        download("http://docs.example/to/file:///etc/passwd", network=fake.network)


def test_redirections_are_followed_up_to_five_times(fake):
    assert download(f"http://docs.example/{'to//' * 5}file", network=fake.network) == BODY
    with pytest.raises(NotFetched, match="more than 5 times"):
        download(f"http://docs.example/{'to//' * 6}file", network=fake.network)


@pytest.mark.parametrize("name", ["file", "unsaid"])
def test_a_file_that_is_too_large_is_refused(fake, name):
    url = f"http://docs.example/{name}"
    assert download(url, Limits(size=len(BODY)), fake.network) == BODY
    with pytest.raises(NotFetched, match="more than 25 bytes"):
        download(url, Limits(size=len(BODY) - 1), fake.network)


def test_a_server_that_does_not_answer_is_left(fake):
    with pytest.raises(NotFetched, match="within the time allowed"):
        download("http://docs.example/hang", Limits(seconds=0.1), fake.network)


def test_a_server_that_never_comes_to_an_end_is_left(fake):
    with pytest.raises(NotFetched, match="within the time allowed"):
        download("http://docs.example/drip", Limits(size=1000, seconds=0.1), fake.network)


@pytest.mark.parametrize(
    ("name", "said"), [("none", "answers 404"), ("short", "broke off after 26 of 27 bytes|Incomplete")]
)
def test_what_is_no_whole_file_is_refused(fake, name, said):
    with pytest.raises(NotFetched, match=said):
        download(f"http://docs.example/{name}", network=fake.network)


def test_a_name_without_an_address_is_said_so(fake):
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("Name or service not known")

    with pytest.raises(NotFetched, match="Name or service not known"):
        download("http://docs.example/file", network=Network(unknown, fake.network.connect))


def test_the_certificate_must_name_the_host_and_not_the_address(fake, monkeypatch):
    asked = []

    class Context:
        def wrap_socket(self, raw: socket.socket, server_hostname: str) -> socket.socket:
            asked.append(server_hostname)
            return raw

    monkeypatch.setattr(guarded_http.ssl, "create_default_context", Context)
    assert download("https://docs.example/file", network=fake.network) == BODY
    assert asked == ["docs.example"]
    assert fake.connected == [(PUBLIC, 443)]
    assert fake.server.asked == [("/file", "docs.example")]


def test_a_server_that_speaks_no_tls_is_refused(fake):
    with pytest.raises(NotFetched):
        download("https://docs.example/file", network=fake.network)
    assert fake.server.asked == []
