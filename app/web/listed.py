"""The place of a citation among those of an answer, for turning from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from app.present import against, disputes_of, sources_of
from app.web.address import Address
from app.wire import Json
from ingest.errors import UnknownId
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """A citation is the `number`th `of` so many. `against` is what it is beside a claim that it contradicts."""

    number: int
    of: int
    before: Address | None
    after: Address | None
    against: str


def listed(store: Store, address: Address) -> Listed | None:
    """Find the citation of an address in the answer that it names; None where there is none, or it is not cited."""
    try:
        cited = citations_of(store.answer(address.answer)) if address.answer else []
    except UnknownId:
        return None
    ids = [citation["id"] for citation, _ in cited]
    if address.citation_id not in ids:
        return None
    place = ids.index(address.citation_id)
    around = [address.of(citation) for citation, _ in cited]
    return Listed(
        number=place + 1,
        of=len(cited),
        before=around[place - 1] if place else None,
        after=around[place + 1] if place + 1 < len(cited) else None,
        against=cited[place][1],
    )


def citations_of(answer: Json) -> list[tuple[Json, str]]:
    """The sources of an answer, then what else contradicts its claims; each once, the latter with how it does."""
    found = {source["id"]: (source, "") for source in sources_of(answer)}
    for claim in (*answer["claims"], *answer["withheld"]):
        for dispute in disputes_of(claim):
            found.setdefault(dispute["citation"]["id"], (dispute["citation"], against(dispute)))
    return list(found.values())
