"""What the page and the terminal both say of an answer in its wire form."""

from __future__ import annotations

from collections.abc import Sequence

from app.wire import Json
from ingest.types import heading_path

_WHY_SILENT = {
    "no_evidence": "nothing relevant enough was found in the documents",
    "low_confidence": "no claim held when it was checked",
    "budget": "the budget was spent before a claim held",
}

_AGAINST = {
    "current": "Says otherwise",
    "superseded": "Said otherwise, and has been superseded",
    "supersedes": "Says otherwise, and supersedes the source",
}


def counted(number: int, noun: str) -> str:
    """A number of things in words: "1 claim", "2 claims"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def headline(answer: Json) -> str:
    """In one line whether there is an answer, and if not why."""
    if answer["status"] == "abstained":
        return f"No answer: {_why_silent(answer)}"
    withheld = len(answer["withheld"])
    return f"Answered with {counted(len(answer['claims']), 'claim')}" + (f", {withheld} withheld" if withheld else "")


def _why_silent(answer: Json) -> str:
    """Why nothing is said. A model was asked where there was something to draft from, and only there."""
    if answer["reason"] == "no_evidence":
        if any(map(_is_of_another_condition, answer["withheld"])):
            return "what was found is about another condition"
        if not answer["withheld"] and any(one["agent"] == "draft" for one in answer["usage"]):
            return "the model drafted no claim from what was found"
    return _WHY_SILENT[answer["reason"]]


def _is_of_another_condition(claim: Json) -> bool:
    return any(check["name"] == "condition" and check["passed"] is False for check in claim["checks"])


def as_of_words(answer: Json) -> str:
    """As of when an answer was given, and what of it had changed already; nothing where the newest was meant."""
    as_of = answer.get("as_of")
    if not as_of:
        return ""
    date = f" ({as_of['committed_at'][:10]})" if as_of["committed_at"] else ""
    given, outdated = f"As of generation {as_of['generation']}{date}", len(as_of["outdated"])
    if not outdated:
        return f"{given}."
    some = f"{outdated} of its {counted(len(sources_of(answer)), 'source')}"
    return f"{given}; when it was asked, {some} stood no longer as cited."


def understood_as(answer: Json) -> str:
    """What a question was understood as with what was said before it; nothing where it was taken as it stands."""
    query = str(answer["searched"].get("query", ""))
    return query if query != answer.get("question", query) else ""


def badge(claim: Json) -> str:
    """A claim's verdict in a few words: of a quotation how relevant it is, of any other how well it is supported.

    A contradicted one has no number here: its reason says what is against it, and how surely.
    """
    checks = {check["name"]: check["detail"] for check in claim["checks"]}
    if "relevance" in checks and "entailment" not in checks:  # of a quotation, whose truth to its source is certain
        return f"quoted · relevance {checks['relevance']['score']:.2f}"
    return "contradicted" if claim["label"] == "contradicted" else f"{claim['label']} {claim['confidence']:.2f}"


def kind_of(claim: Json) -> str:
    """How a claim is coloured: `supported`, `contradicted`, or `withheld` for any other that is not shown."""
    return "withheld" if claim.get("reason") and claim["label"] != "contradicted" else str(claim["label"])


def parts_of(claim: Json) -> list[Json]:
    """The facts of a claim that states several, each with its text, its support in figures, and whether it `fell`."""
    found = (part for check in claim["checks"] for part in check["detail"].get("parts", ()))
    return [
        {"text": part["text"], "support": f"{part['p_supported']:.2f}", "fell": part["p_supported"] < 0.5}
        for part in found
    ]


def disputes_of(claim: Json) -> list[Json]:
    """What stands elsewhere against a claim: each with its citation, its `why` and its document's `standing`."""
    return [
        one for check in claim["checks"] if check["name"] == "dispute" for one in check["detail"].get("disputes", ())
    ]


def is_disputed(claim: Json) -> bool:
    """Whether a document that stands says otherwise; one that was superseded does not make a claim disputed."""
    return any(check["name"] == "dispute" and check["passed"] is False for check in claim["checks"])


def against(dispute: Json) -> str:
    """What stands over a span that contradicts a claim."""
    return _AGAINST[dispute["standing"]]


def sources_of(answer: Json) -> list[Json]:
    """The citations of an answer, each once, in the order in which its claims, then the withheld ones, cite them."""
    cited = [citation for one in (*answer["claims"], *answer["withheld"]) for citation in one["citations"]]
    return list({citation["id"]: citation for citation in cited}.values())


def numbers_of(sources: Sequence[Json]) -> dict[str, int]:
    """The number of each source, from 1, by its citation's id."""
    return {source["id"]: number for number, source in enumerate(sources, start=1)}


def headings_above(section: Sequence[str], title: str) -> Sequence[str]:
    """The headings above a place, without its document's title where that is the first of them."""
    return heading_path(title, tuple(section))[1:]


def near_heading(answer: Json) -> str:
    """What stands above the near misses; where there is no answer, it says what was searched."""
    if answer["status"] == "answered":
        return "Looked at, and not used"
    return f"The {len(answer['searched']['passages'])} best passages were searched; these came nearest"


def near_misses_of(answer: Json) -> list[Json]:
    """The near misses that no claim cites, not even a withheld one, which says itself why it was not used."""
    cited = {source["id"] for source in sources_of(answer)}
    return [miss for miss in answer["searched"]["near_misses"] if miss["id"] not in cited]
