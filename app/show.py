"""The wire format in words, for a terminal."""

from __future__ import annotations

from textwrap import indent, shorten
from typing import Any

from app.chat.reports import report_words
from app.marked import outcome_words
from app.present import (
    against,
    as_of_words,
    badge,
    disputes_of,
    headings_above,
    headline,
    is_disputed,
    near_heading,
    near_misses_of,
    numbers_of,
    parts_of,
    sources_of,
    understood_as,
)
from app.wire import Json

WIDTH = 110


def answer_text(answer: Json) -> str:
    """An answer with its claims, citation marks and sources; an abstention with what was looked at."""
    sources = sources_of(answer)
    numbers = numbers_of(sources)
    parts = [f"Understood as: {understood_as(answer)}"] if understood_as(answer) else []
    parts += [headline(answer), *filter(None, [as_of_words(answer)]), *map(_note, answer["notes"])]
    parts += [_claim(one, numbers) for one in answer["claims"]]
    if answer["withheld"]:
        parts += ["Withheld:", *(_claim(one, numbers) for one in answer["withheld"])]
    if sources:
        parts.append("Sources:\n" + "\n".join(_source(numbers[one["id"]], one) for one in sources))
    if not answer["claims"] and near_misses_of(answer):
        parts.append(f"{near_heading(answer)}:\n" + "\n".join(map(_near_miss, near_misses_of(answer))))
    return "\n\n".join([*parts, _facts(answer)])


def hits_text(wire: Json) -> str:
    """Passages, best first."""
    shown = [
        f"{rank}. {_place(hit)}  ({hit['score']:.3f})\n{indent(_short(hit['text']), '   ')}"
        for rank, hit in enumerate(wire["hits"], start=1)
    ]
    return "\n".join(shown) or "Nothing was found."


def checked_text(checked: Json) -> str:
    """One checked claim."""
    lines = [f"{_badge(checked)}: {checked['text']}"]
    lines += [checked["reason"]] if checked.get("reason") else []
    lines += _parts(checked)
    lines += [f"  {_place(one)}  {one['id']}\n    {_quoted(one)}" for one in checked["citations"]]
    return "\n".join([*lines, *map(_dispute, disputes_of(checked))])


def status_text(wire: Json) -> str:
    """What the store holds and which models are there."""
    counts = wire["counts"]
    models = ", ".join(f"{name} ({'there' if there else 'not there'})" for name, there in wire["models"].items())
    indexes = ", ".join(f"{name} ({state})" for name, state in wire["indexes"].items()) or "none"
    return "\n".join(
        [
            f"store      {wire['store']}, generation {wire['generation']}",
            f"documents  {counts['documents']} current, {counts['retired']} retired",
            f"spans      {counts['spans']} in {counts['passages']} passages",
            f"answers    {counts['answers']} kept",
            f"indexes    {indexes}",
            f"models     {models}; {wire['default_model']} is asked by default",
            f"embedder   {wire['embedder']}",
            f"verifier   {wire['verifier']}, {'calibrated' if wire['guarantees'] else 'not calibrated'}",
            *wire["guarantees"],
        ]
    )


def report_text(report: Json) -> str:
    """What an ingest did, with each file that could not be read."""
    documents, spans = report["documents"], report["spans"]
    lines = [
        "documents: " + ", ".join(f"{count} {name}" for name, count in documents.items()),
        "spans: " + ", ".join(f"{count} {name}" for name, count in spans.items()),
    ]
    lines += [f"failed: {one['path']}: {one['message']} ({one['reason']})" for one in report["failures"]]
    return "\n".join([*lines, *filter(None, [outcome_words(report.get("answers", {}))])])


def reports_text(wire: Json) -> str:
    """What readers reported, each with its answer and the claim it is about."""
    return "\n\n".join(map(_report, wire["reports"])) or "Nobody has said anything yet."


def _report(report: Json) -> str:
    answer, claim = report["answer"], report["claim"]
    lines = [f"{report_words(report)}: {answer['question']}"]
    lines += [f"  {report['user']}, {report['given'][:16].replace('T', ' ')} UTC, {answer['id']}"]
    if claim:
        lines += [f"  {claim['text']} ({badge(claim)})"]
        lines += [f"  {_place(one)}  {one['id']}\n    {_quoted(one)}" for one in claim["citations"]]
    return "\n".join(lines)


def _claim(one: Json, numbers: dict[str, int]) -> str:
    marks = "".join(f"[{numbers[citation['id']]}]" for citation in one["citations"])
    reason = f"\n  {one['reason']}" if one.get("reason") else ""
    first = "\n".join([*_columns(one), f"{one['text']} {marks}", f"  {_badge(one)}{reason}"])
    return "\n".join([first, *_parts(one), *map(_dispute, disputes_of(one))])


def _columns(claim: Json) -> list[str]:
    """The names of the columns of the table whose row a claim quotes."""
    return [one["header"] for one in claim["citations"] if one["header"] and one["exact"] == claim["text"]]


def _parts(claim: Json) -> list[str]:
    """A line for each fact of a claim that states several, under its support."""
    return [f"    {part['support']}  {part['text']}" for part in parts_of(claim)]


def _badge(claim: Json) -> str:
    return badge(claim) + (" · disputed" if is_disputed(claim) else "")


def _dispute(one: Json) -> str:
    """A span that contradicts a claim, under what it is and why it is shown."""
    citation = one["citation"]
    return f"  {against(one)}: {_place(citation)}  {citation['id']}\n    {_quoted(citation)}\n    {one['why']}"


def _source(number: int, citation: Json) -> str:
    return f"[{number}] {_place(citation)}  {citation['id']}\n    {_quoted(citation)}"


def _quoted(citation: Json) -> str:
    """The cited words, under the names of their columns when they are a row of a table."""
    return "\n    ".join(_short(part) for part in (citation["header"], citation["exact"]) if part)


def _near_miss(miss: Json) -> str:
    return f"  {_place(miss)}  {miss['id']}\n    {_short(miss['text'])}\n    {miss['why']}"


def _note(note: str) -> str:
    return f"Note: {note}"


def _facts(answer: Json) -> str:
    calibrated = "" if answer["calibrated"] else " The confidence is not calibrated for these documents."
    seconds = answer["timing_ms"]["total"] / 1000
    return f"{answer['model']}, {seconds:.1f} s, kept as {answer['id']}.{calibrated}"


def _place(one: dict[str, Any]) -> str:
    page = [f"page {one['page']}"] if one.get("page") else []
    title = one["document"]["title"]
    return " > ".join([title, *headings_above(one["section"], title), *page])


def _short(text: str) -> str:
    return shorten(text, WIDTH, placeholder=" ...")
