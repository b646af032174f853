"""Files of packages, from registries and archives that are made here."""

import io
import json
import tarfile
import tracemalloc
import zipfile
from base64 import b64encode
from hashlib import sha256, sha512

import pytest

from corpus import archives
from corpus.archives import NoMember, member_of
from corpus.guarded_http import NotFetched
from corpus.packages import BadPackage, Package, fetch_member, parse_package

TEXT = b"# Notes\n\nWords, and the text.\n"


def tar(*members: tuple[str, bytes], linked: str = "") -> bytes:
    """A tar.gz of these members, and a link of this name."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as opened:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))
        if linked:
            info = tarfile.TarInfo(linked)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            opened.addfile(info)
    return written.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return written.getvalue()


class Registry:
    """Serves what it is given by address; remembers what was asked for."""

    def __init__(self, **served: bytes) -> None:
        self.served, self.asked = {f"https://files.example/{name}": data for name, data in served.items()}, []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if url not in self.served:
            raise NotFetched(f"{url} answers 404")
        return self.served[url]

    def pypi(self, address: str, *files: tuple[str, str, str], digest: str = "") -> "Registry":
        """Give PyPI's JSON: kind, name of the file, and under which name it is served."""
        rows = [
            {
                "packagetype": kind,
                "filename": filename,
                "url": f"https://files.example/{name}",
                "digests": {"sha256": digest or sha256(self.served[f"https://files.example/{name}"]).hexdigest()},
            }
            for kind, filename, name in files
        ]
        self.served[address] = json.dumps({"urls": rows}).encode()
        return self

    def npm(self, address: str, integrity: str) -> "Registry":
        dist = {"tarball": "https://files.example/tarball", "integrity": integrity}
        self.served[address] = json.dumps({"dist": dist}).encode()
        return self


PYPI = "https://pypi.org/pypi/some.notes/1.0%2Blocal/json"
NOTES = Package("pypi", "some.notes", "1.0+local")
SDIST, WHEEL = ("sdist", "some_notes-1.0.tar.gz", "source"), ("bdist_wheel", "some_notes-1.0-py3-none-any.whl", "wheel")
BUILT = ("bdist_wheel", "some_notes-1.0-cp311-cp311-linux_x86_64.whl", "built")


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("pypi:some.notes==1.0+local", NOTES),
        ("npm:notes@1.2.3-beta.1", Package("npm", "notes", "1.2.3-beta.1")),
        ("npm:@house/notes@1.2.3", Package("npm", "@house/notes", "1.2.3")),
    ],
)
def test_packages_are_named_with_their_version(text, package):
    assert parse_package(text) == package


@pytest.mark.parametrize(
    "text",
    ["", "notes==1.0", "pypi:notes", "pypi:notes>=1", "pypi:../x==1", "pypi:n==1/json", "npm:notes", "npm:@a/b/c@1", "gem:n==1",
     "npm:notes@latest", "pypi:n==1\n", "pypi:nö==1"],
)  # fmt: skip
def test_what_names_no_version_is_refused(text):
    with pytest.raises(BadPackage):
        parse_package(text)


def test_the_source_archive_is_read_first_then_the_wheel_for_all_platforms():
    served = {
        "source": tar(("some_notes-1.0/other.md", b"Other."), ("some_notes-1.0/docs/notes.md", TEXT)),
        "built": zipped(("some_notes/built.md", TEXT)),
        "wheel": zipped(("some_notes/other.md", b"Other."), ("some_notes/notes.md", TEXT)),
    }
    registry = Registry(**served).pypi(PYPI, BUILT, WHEEL, SDIST)
    assert fetch_member(NOTES, "some_notes-1.0/docs/notes.md", registry) == TEXT
    assert registry.asked == [PYPI, "https://files.example/source"]
    assert fetch_member(NOTES, "some_notes/notes.md", registry) == TEXT
    with pytest.raises(NoMember, match=r"holds no file some_notes/nots\.md; near it are some_notes/notes\.md"):
        fetch_member(NOTES, "some_notes/nots.md", registry)


def test_an_archive_that_is_not_what_its_registry_says_is_not_opened():
    registry = Registry(source=b"no archive at all").pypi(PYPI, SDIST, digest="0" * 64)
    with pytest.raises(NotFetched, match="its registry says 0000"):
        fetch_member(NOTES, "a", registry)


def test_no_wheel_makes_good_a_source_archive_of_other_bytes():
    served = {"source": tar(("a", b"A.")), "wheel": zipped(("a", b"A."))}
    registry = Registry(**served).pypi(PYPI, SDIST, WHEEL)
    registry.served["https://files.example/source"] = tar(("a", b"B."))
    with pytest.raises(NotFetched, match=r"example/source has the digest"):
        fetch_member(NOTES, "a", registry)


@pytest.mark.parametrize("said", [b"", b"[]", b'{"urls": [{}]}', b'{"urls": []}', b"[" * 100_000])
def test_a_registry_that_says_something_else_is_refused(said):
    registry = Registry()
    registry.served[PYPI] = said
    with pytest.raises(NotFetched, match=r"does not say where|neither a source archive nor a wheel"):
        fetch_member(NOTES, "a", registry)


@pytest.mark.parametrize("broken", ["source", "gone"])
def test_the_wheel_is_read_where_the_source_archive_cannot_be(broken):
    served = {
        "source": b"no archive at all",
        "gone": b"",
        "wheel": zipped(("some_notes/a", b"A."), ("docs/notes.md", TEXT)),
    }
    registry = Registry(**served).pypi(PYPI, (*SDIST[:2], broken), WHEEL)
    del registry.served["https://files.example/gone"]
    assert fetch_member(NOTES, "docs/notes.md", registry) == TEXT
    with pytest.raises(
        NotFetched, match=rf"files\.example/{broken} .*; .*example/wheel holds no file docs/b"
    ) as caught:
        fetch_member(NOTES, "docs/b", registry)
    assert type(caught.value) is NotFetched


def test_npm_packages_are_held_to_their_sha512():
    data = tar(("package/README.md", TEXT))
    digest = "sha512-" + b64encode(sha512(data).digest()).decode()
    address = "https://registry.npmjs.org/@house%2Fnotes/1.2.3"
    package = Package("npm", "@house/notes", "1.2.3")
    registry = Registry(tarball=data).npm(address, f"sha1-xyz {digest}")
    assert fetch_member(package, "package/README.md", registry) == TEXT
    with pytest.raises(NotFetched, match="its registry says sha512-AAAA"):
        fetch_member(package, "package/README.md", registry.npm(address, "sha512-AAAA"))
    with pytest.raises(NotFetched, match="gives no SHA-512"):
        fetch_member(package, "package/README.md", registry.npm(address, "sha1-xyz"))


@pytest.mark.parametrize(
    ("data", "member", "error"),
    [
        (tar(("a/b", TEXT), linked="a/link"), "a/link", NoMember),
        (tar(("../../etc/passwd", TEXT)), "etc/passwd", NoMember),
        (zipped(("a/", b""), ("a/b", TEXT)), "a/c", NoMember),
        (b"plain", "a", NotFetched),
        (tar(("a/b", TEXT))[:-30], "a/c", NotFetched),
        (zipped(("a/b", TEXT))[:-30], "a/b", NotFetched),
    ],
)
def test_what_is_no_file_of_a_whole_archive_is_refused(data, member, error):
    with pytest.raises(error) as caught:
        member_of(data, member, "notes.tar.gz")
    assert type(caught.value) is error
    assert "notes.tar.gz" in caught.value.message


@pytest.mark.parametrize("make", [tar, zipped])
def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch, make):
    data = make(("a/first", b"0" * 50_000), ("a/b", b"0" * 9_000))
    assert len(member_of(data, "a/b", "notes")) == 9_000
    monkeypatch.setattr(archives, "LARGEST_MEMBER", 8_999)
    with pytest.raises(NotFetched, match="a/b has more than 8,999 bytes"):
        member_of(data, "a/b", "notes")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_whatever_a_decoder_raises_is_said_of_the_archive(method):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as opened:
        opened.writestr("a/first", b"First.")
        opened.writestr("a/b", TEXT * 1000)
    data = bytearray(written.getvalue())
    at = data.index(b"a/b") + 12  # after what LZMA begins with
    data[at : at + 20] = bytes(one ^ 0xFF for one in data[at : at + 20])
    with pytest.raises(NotFetched, match=r"notes cannot be read as zip or tar\.gz: [A-Za-z]"):
        member_of(bytes(data), "a/b", "notes")


@pytest.mark.parametrize("make", [tar, zipped])
def test_an_archive_of_too_many_members_is_refused(monkeypatch, make):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 5)
    few = [(f"a/{number}", b"") for number in range(4)]
    assert member_of(make(*few, ("a/b", TEXT)), "a/b", "notes") == TEXT
    with pytest.raises(NotFetched, match="notes has more than 5 members"):
        member_of(make(*few, ("a/4", b""), ("a/b", TEXT)), "a/b", "notes")


def test_members_on_the_way_take_no_memory():
    data = tar(*((f"some/folder/of/notes/{number}", b"") for number in range(20_000)), ("a/b", TEXT))
    tracemalloc.start()
    try:
        assert member_of(data, "a/b", "notes") == TEXT
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_an_archive_that_unpacks_to_too_much_on_the_way_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 40_000)
    with pytest.raises(NotFetched, match="notes unpacks to more than 40,000 bytes"):
        member_of(tar(("a/first", b"0" * 50_000), ("a/b", TEXT)), "a/b", "notes")
