"""The references of a copy: what the claims that are shown cite, and what contradicts them, numbered from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from app.address import place_of
from app.present import against, as_of_words, counted, disputes_of, headings_above, headline, understood_as
from app.wire import Json
from ingest.errors import BadInput
from ingest.rows import StoredDocument

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation as it is copied. Title, headings, owner and columns are one line each; `quote` is the exact text.

    `against` says how it contradicts the claim beside which it stands, and is empty for what a claim cites.
    """

    number: int
    id: str
    document: str
    title: str
    section: tuple[str, ...]
    page: int | None
    revision: str
    start: int
    end: int
    quote: str
    columns: str
    owner: str
    url: str
    against: str

    @property
    def key(self) -> str:
        """A name for the reference, in letters, digits, dots, hyphens and plus signs, that is the same in each copy."""
        document, _, mark = self.id.rpartition("~")
        return f"{_NOT_IN_KEYS.sub(lambda found: f'+{ord(found[0]):x}+', document)}+{mark}+{self.revision}"

    @property
    def place(self) -> str:
        """The headings above the quotation, and its page where it was measured, on one line; empty for neither."""
        page = [] if self.page is None else [f"page {self.page}"]
        return ", ".join([*([" › ".join(self.section)] if self.section else []), *page])


@dataclass(frozen=True, slots=True)
class Copied:
    """What is written: an answer in its wire form, its references by citation id, and the address it is kept at."""

    answer: Json
    references: Mapping[str, Reference]
    url: str

    def numbers(self, claim: Json) -> list[int]:
        """The numbers of the references of a claim, in the order in which it cites them."""
        return [self.references[citation["id"]].number for citation in claim["citations"]]

    @property
    def understood(self) -> str:
        """On one line what a question was understood as with what was said before it; empty where it stands alone."""
        return one_line(understood_as(self.answer))

    @property
    def summary(self) -> str:
        """In one sentence what became of the question, and where nothing was answered what was searched."""
        passages = self.answer["searched"]["passages"]
        if self.answer["status"] == "answered" or not passages:
            return f"{headline(self.answer)}."
        names = ", ".join(dict.fromkeys(one_line(passage["document"]) for passage in passages))
        return f"{headline(self.answer)}. Searched were {counted(len(passages), 'passage')} of {names}."

    @property
    def as_of(self) -> str:
        """On one line as of when the answer was given; empty where the newest documents were meant."""
        return one_line(as_of_words(self.answer))

    @property
    def facts(self) -> str:
        """On one line who drafted the answer and when, and that its confidence is not calibrated where it is not."""
        made = f"Drafted by {one_line(self.answer['model'])} on {self.answer['created'][:10]}"
        calibrated = self.answer["calibrated"] or not self.answer["claims"]
        return f"{made}." + ("" if calibrated else " The confidence is not calibrated for these documents.")


def copied(answer: Json, documents: Iterable[StoredDocument], base_url: str) -> Copied:
    """Make ready for copying what a kept answer shows; `documents` tell who owns what it cites.

    Links are made absolute with `base_url`. Raises BadInput when that is no address of a server.
    """
    base = _base(base_url)
    owners = {one.id: one.metadata.get("owner", "") for one in documents}
    cited: dict[str, tuple[Json, str]] = {}
    for citation, how in _cited(answer):
        cited.setdefault(citation["id"], (citation, how))
    found = [
        _reference(number, citation, how, owners, base)
        for number, (citation, how) in enumerate(cited.values(), start=1)
    ]
    return Copied(answer, {one.id: one for one in found}, f"{base}/a/{quote(answer['id'], safe='')}")


def one_line(text: str) -> str:
    """A text with one space for each run of white space, and without control characters."""
    return " ".join(_CONTROL.sub("", text).split())


def lines(text: str) -> list[str]:
    """The lines of a text, without control characters."""
    return _CONTROL.sub("", text).splitlines()


def _cited(answer: Json) -> Iterator[tuple[Json, str]]:
    """The citations of the claims that are shown, then what contradicts these."""
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            yield citation, ""
    for claim in answer["claims"]:
        for dispute in disputes_of(claim):
            yield dispute["citation"], against(dispute)


def _reference(number: int, citation: Json, how: str, owners: Mapping[str, str], base: str) -> Reference:
    document, title = citation["document"], one_line(citation["document"]["title"])
    return Reference(
        number=number,
        id=citation["id"],
        document=one_line(document["id"]),
        title=title,
        section=tuple(map(one_line, headings_above(citation["section"], document["title"]))),
        page=citation["page"],
        revision=one_line(document["revision"]),
        start=citation["start"],
        end=citation["end"],
        quote=citation["exact"],
        columns=one_line(citation["header"]),
        owner=one_line(owners.get(document["id"], "")),
        url=f"{base}{place_of(citation)}",
        against=how,
    )


def _base(url: str) -> str:
    """An address without its last slash, with everything in it quoted that has no place there."""
    try:
        parts = urlsplit(url)
        is_server = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        is_server = False
    if not is_server:
        raise BadInput(f"{url!r} is no address of a server; one looks like http://127.0.0.1:8000")
    return quote(url.rstrip("/"), safe="/:[]%")
