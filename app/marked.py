"""The kept answers of which a source has changed, as they are listed: in JSON, and in words for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from textwrap import indent

from app.present import counted
from app.stale import Became, changes_of
from app.wire import Json
from ingest.cited import outdated_of
from ingest.errors import UnknownId
from ingest.resolve import DiffPart
from ingest.standing import STATUSES, Standing, Status, newest
from ingest.store import Store

AT_ONCE = 100
"""How many standings are read at once."""

_SINCE: Mapping[Status, str] = {
    "unchecked": "Its claims have not been checked against that yet.",
    "holds": "Every text that it rests on still stands word for word.",
    "changed": "Every claim is still supported by what stands there now.",
}

_TRY_AGAIN = "`verispan stale --check` checks what is unchecked, once that is mended."

_MARKS = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}


def marked_answers(store: Store, status: Status | None, limit: int, before: str | None = None) -> list[Json]:
    """At most `limit` of the answers with this standing, or with any, that the store shows, those given last first.

    Each is `{"id", "question", "created", "standing"}`. `before` is the id of one: those that follow it are meant.
    Raises UnknownId.
    """
    found = islice(_shown(store, status, before), limit)
    return [
        {"id": answer["id"], "question": answer["question"], "created": answer["created"], "standing": standing}
        for answer, standing in ((answer, standing_json(one)) for answer, one in found)
    ]


def standing_json(standing: Standing) -> Json:
    """A standing's wire form: what each citation that moved on became, and of each shown claim whether it holds."""
    detail = standing.detail
    return {
        "status": standing.status,
        "generation": standing.generation,
        "checked_at": standing.checked_at,
        "verifier": detail.get("verifier"),
        "citations": [
            {"id": one["id"], "status": one.get("status"), "successor": one.get("successor")}
            for one in sorted(detail.get("citations", ()), key=lambda one: str(one["id"]))
        ],
        "claims": list(detail.get("claims", ())),
    }


def since_words(
    sources: Sequence[Json],
    stale: Mapping[str, str],
    standing: Standing | None,
    outdated: Collection[str] = frozenset(),
) -> str:
    """What is said of an answer of whose sources some are `stale`, as `stale_citations` gives them.

    Those that were `outdated` when it was given have not become so since. The standing has its say after that; an
    answer that shows nothing which rests on them has none.
    """
    became = [stale[one["id"]] for one in sources if one["id"] in stale and one["id"] not in outdated]
    one, found = len(became) == 1, f"{len(became)} of the {counted(len(sources), 'source')}"
    if set(became) == {"moved"}:
        found += f" stand{'s' if one else ''} in a longer sentence by now than when this was answered."
    else:
        found += f" say{'s' if one else ''} something else by now than when this was answered."
    return " ".join(filter(None, [found, _standing_words(standing)]))


def _standing_words(standing: Standing | None) -> str:
    if standing is None:
        return ""
    if standing.status != "broken":
        return _SINCE[standing.status]
    claims = standing.detail.get("claims", ())
    if len(claims) == 1:
        return "Its claim no longer holds."
    fallen = sum(not one["supported"] for one in claims)
    return f"{fallen} of its {counted(len(claims), 'claim')} no longer hold{'s' if fallen == 1 else ''}."


def fallen_claims(answer: Json, claims: Sequence[Json]) -> list[Json]:
    """The shown claims of an answer that hold no more, each with its `text` and the `reason`.

    `claims` are those of its standing, of which there are none before it has been checked.
    """
    both = zip(answer["claims"], claims, strict=False)
    return [{"text": said["text"], "reason": one["reason"]} for said, one in both if not one["supported"]]


def outcome_words(checked: Json) -> str:
    """What became of the marked answers: "3 kept answers marked: 1 holds, 2 broken"; nothing where there were none.

    Under it a line for each that could not be checked, and what to do.
    """
    told = ", ".join(f"{checked[one]} {one}" for one in STATUSES if checked.get(one))
    lines = [f"{counted(checked['marked'], 'kept answer')} marked: {told}"] if told else []
    failures = checked.get("failures", ())
    lines += [f"not checked: {one['id'] or 'any of them'}: {' '.join(one['reason'].split())}" for one in failures]
    return "\n".join([*lines, *([_TRY_AGAIN] if failures else [])])


def with_changes(store: Store, listed: Json) -> Json:
    """A listed answer with its `fallen` claims, and its `changes`: each a citation with what it became and the diff."""
    answer = store.answer(listed["id"])
    fallen = fallen_claims(answer, listed["standing"]["claims"])
    since = [one for one in changes_of(store, answer) if one.citation["id"] not in outdated_of(answer)]
    return {**listed, "fallen": fallen, "changes": [_change_json(one) for one in since]}


def marked_text(answers: Sequence[Json]) -> str:
    """Answers as `with_changes` gives them: question, standing, the claims that fell, and the words that changed."""
    return "\n\n".join(map(_answer, answers)) or "Every kept answer stands as it was given."


def _shown(store: Store, status: Status | None, before: str | None) -> Iterator[tuple[Json, Standing]]:
    """Those that are there for who asks, each with its standing."""
    place = (store.answer(before)["created"], before) if before else None
    while batch := newest(store.engine, status, AT_ONCE, place):
        for one in batch:
            try:
                yield store.answer(one.answer_id), one
            except UnknownId:
                continue
        place = (batch[-1].created, batch[-1].answer_id)


def _answer(one: Json) -> str:
    lines = [f"{one['standing']['status']}: {one['question']}"]
    lines += [f"  {one['created'][:16].replace('T', ' ')} UTC, {one['id']}"]
    lines += [f"  no longer holds: {claim['text']}\n    {claim['reason']}" for claim in one["fallen"]]
    lines += [f"  {change['status']}: {change['id']}\n{indent(_diff(change), '    ')}" for change in one["changes"]]
    return "\n".join(lines)


def _change_json(one: Became) -> Json:
    return {
        "id": one.citation["id"],
        "title": one.citation["document"]["title"],
        "status": one.status,
        "exact": one.citation["exact"],
        "successor": one.now,
        "diff": [part._asdict() for part in one.diff],
    }


def _diff(change: Json) -> str:
    """The cited words, with what was deleted [-so-] and what was inserted {+so+}, as wdiff has it."""
    parts = [DiffPart(**one) for one in change["diff"]]
    if not parts:
        parts = [DiffPart("delete" if change["status"] == "gone" else "equal", change["exact"])]
    return " ".join(_MARKS[part.kind].format(part.text.strip()) for part in parts)
