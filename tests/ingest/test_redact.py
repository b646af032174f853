"""What a document said is taken out of answers and receipts, and all the rest of them stays as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.purged import PURGED
from ingest.redact import NOTE, Redactor
from ingest.traces import Traces, traces_of

SECRET = "The falcon block runs at 1.25 GHz in turbo mode."
OPEN = "The hold margin is 15 ps at every corner."
REDACTOR = Redactor("falcon", Traces(traces_of(SECRET) | traces_of("Short.")))


def citation(document: str, exact: str, **more: Any) -> dict[str, Any]:
    """A citation as answers have it."""
    return {
        "id": f"{document}~0123456789",
        "document": {"id": document, "title": f"On {document}", "revision": "0" * 16, "uri": f"{document}.md"},
        "section": [f"All of {document}"],
        "start": 40,
        "end": 40 + len(exact),
        "unit": "codepoint",
        "exact": exact,
        "prefix": "before it ",
        "suffix": " after it",
        "header": "",
        "page": 2,
        "url": f"/c/{document}~0123456789",
        **more,
    }


def claim(text: str, *documents: str, **more: Any) -> dict[str, Any]:
    checks = [{"name": "facts", "passed": True, "detail": {"agree": [text], "speed": 1.25, "score": 0.7}}]
    return {"text": text, "label": "supported", "checks": checks, "citations": [citation(one, text) for one in documents], **more}  # fmt: skip


def answer(*claims: dict[str, Any], between: str = " ", before: str = "", **more: Any) -> dict[str, Any]:
    """An answer whose text is put together of its claims."""
    text, placed = before, []
    for one in claims:
        text += between if placed else ""
        placed.append(one | {"start": len(text), "end": len(text) + len(one["text"])})
        text += one["text"]
    searched = {"query": "What of it?", "passages": [], "near_misses": []}
    return {"id": "ans_1", "question": "What of it?", "text": text, "claims": placed, "withheld": [], "searched": searched, "notes": []} | more  # fmt: skip


def test_an_answer_that_says_nothing_of_it_stays_as_it_is() -> None:
    body = answer(claim(OPEN, "hold"), claim("More is said of the falconry.", "falcon-heavy"))

    assert REDACTOR.body(body) == body


def test_a_claim_that_cites_it_is_emptied_and_the_others_keep_their_places() -> None:
    body = REDACTOR.body(
        answer(claim(OPEN, "hold"), claim("It is fast.", "falcon", "hold"), claim("So be it.", "hold"))
    )

    assert body["text"] == f"{OPEN} {PURGED} So be it."
    assert [body["text"][one["start"] : one["end"]] for one in body["claims"]] == [OPEN, PURGED, "So be it."]
    of_it, of_hold = body["claims"][1]["citations"]
    assert (of_it["id"], of_it["start"], of_it["page"]) == ("falcon~0123456789", 40, 2)
    assert (of_it["exact"], of_it["prefix"], of_it["section"], of_it["header"]) == (PURGED, PURGED, [], "")
    assert of_it["document"] == {"id": "falcon", "title": PURGED, "revision": "0" * 16, "uri": ""}
    assert of_hold == citation("hold", "It is fast.")
    assert body["claims"][1]["checks"] == [{"name": "facts", "passed": True, "detail": {"score": 0.7}}]
    assert body["claims"][0] == answer(claim(OPEN, "hold"))["claims"][0]
    assert body["notes"] == [NOTE]


def test_near_misses_passages_and_disputes_of_it_are_emptied() -> None:
    dispute = {"citation": citation("falcon", SECRET), "why": "It says 1.25 GHz.", "p_contradicted": 0.9, "standing": "current"}  # fmt: skip
    disputed = claim(OPEN, "hold") | {
        "checks": [{"name": "dispute", "passed": False, "detail": {"disputes": [dispute]}}]
    }
    miss = {"id": "falcon~0123456789", "document": {"id": "falcon", "title": "On falcon"}, "section": ["Turbo"], "text": SECRET, "score": 0.2, "why": f"{SECRET} is not about it"}  # fmt: skip
    found = {"id": "falcon@0123456789", "document": "falcon", "section": ["Turbo"], "score": 0.3}

    body = REDACTOR.body(
        answer(disputed, searched={"query": "What of it?", "passages": [found], "near_misses": [miss]})
    )

    [said] = body["claims"][0]["checks"][0]["detail"]["disputes"]
    assert (said["why"], said["standing"], said["p_contradicted"]) == (PURGED, "current", 0.9)
    assert said["citation"]["exact"] == PURGED
    assert body["claims"][0]["text"] == OPEN
    assert body["searched"]["passages"] == [found | {"section": []}]
    assert body["searched"]["near_misses"] == [
        miss | {"document": {"id": "falcon", "title": PURGED}, "section": [], "text": PURGED, "why": PURGED}
    ]


def test_a_withheld_claim_of_it_loses_its_reason_too() -> None:
    withheld = claim("It runs at 2 GHz.", "falcon", reason="The source says 1.25 GHz.")

    [one] = REDACTOR.body(answer(withheld=[withheld]))["withheld"]

    assert (one["text"], one["reason"]) == (PURGED, PURGED)


def test_a_sentence_of_it_goes_wherever_it_is_repeated() -> None:
    quoted = claim(f"Somebody said: {SECRET}", "hold")
    body = REDACTOR.body(answer(quoted, claim(OPEN, "hold"), question=f"Is it true? “{SECRET}”"))

    assert body["claims"][0]["text"] == f"Somebody said: {PURGED}"
    assert body["text"] == f"Somebody said: {PURGED} {OPEN}"
    assert body["text"][body["claims"][1]["start"] : body["claims"][1]["end"]] == OPEN
    assert body["question"] == f"Is it true? “{PURGED}”"


def test_what_a_question_was_understood_as_goes_with_the_answer_before() -> None:
    follows = answer(claim(OPEN, "hold"), searched={"query": "How fast is the falcon block?", "passages": [], "near_misses": []})  # fmt: skip

    assert REDACTOR.body(follows) == follows
    assert REDACTOR.body(follows, follows_redacted=True)["searched"]["query"] == PURGED
    assert REDACTOR.body(answer(claim("It.", "falcon")), follows_redacted=True)["searched"]["query"] == "What of it?"
    assert REDACTOR.body({"question": "And it?", "understood_as": "And the falcon?"}, True)["understood_as"] == PURGED


parts = st.lists(st.tuples(st.sampled_from([OPEN, SECRET, "It is.", f"“{SECRET}”", "Ö\n"]), st.sampled_from(["hold", "falcon"])), max_size=6)  # fmt: skip


@given(parts, st.sampled_from([" ", "\n", "", f" {SECRET} "]), st.sampled_from(["", "First. ", SECRET]))
def test_offsets_fit_and_no_sentence_is_left(said: list[tuple[str, str]], between: str, before: str) -> None:
    body = REDACTOR.body(answer(*(claim(*one) for one in said), between=between, before=before))

    assert SECRET not in str(body)
    assert [one["text"] for one in body["claims"] if one["citations"][0]["id"].startswith("falcon")] == [
        PURGED for _, document in said if document == "falcon"
    ]
    for one in body["claims"]:
        assert body["text"][one["start"] : one["end"]] == one["text"]
    assert REDACTOR.body(body) == body


def redactor(*texts: str) -> Redactor:
    return Redactor("falcon", Traces(trace for text in texts for trace in traces_of(text)))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Our Installation guides and the Reinstallation guide.", None),
        ("Our Installation guide, and Installation guides.", f"Our {PURGED}, and Installation guides."),
        ("Installation guide's end", f"{PURGED}'s end"),
        ("see (Installation guide)", f"see ({PURGED})"),
        ("新しいInstallation guideを", f"新しい{PURGED}を"),
    ],
)
def test_a_longer_word_stays(said: str, left: str | None) -> None:
    assert redactor("Installation guide").text(said) == (said if left is None else left)


def test_a_short_text_of_wide_characters_goes_as_the_proof_would_find_it() -> None:
    assert redactor("保持時間の測定").text("「保持時間の測定」を読む") == f"「{PURGED}」を読む"


def test_a_text_that_was_written_as_json_goes_too() -> None:
    quoted = 'The block "falcon" runs at 1.25 GHz.'
    pasted = json.dumps({"text": f"So: {quoted}"})
    assert redactor(quoted).text(pasted) == json.dumps({"text": f"So: {PURGED}"})
    assert redactor(SECRET).text(json.dumps(f"So:\n{SECRET}")) == json.dumps(f"So:\n{PURGED}")


def test_of_texts_that_begin_alike_the_longest_goes() -> None:
    assert (
        redactor("It runs at 1.25 GHz", "It runs at 1.25 GHz in turbo mode").text(
            "Yes. It runs at 1.25 GHz in turbo mode."
        )
        == f"Yes. {PURGED}."
    )


@pytest.mark.parametrize("said", [
    ("Payroll of Jane Doe in Oslo", "Jane Doe in Oslo earns 90,000 crowns a year."),
    ("Payroll of Jane Doe in Oslo earns 90,000 crowns a year.", "Jane Doe in Oslo earns"),
    ("Payroll of Jane Doe in", "Jane Doe in Oslo earns", "Oslo earns 90,000 crowns a year."),
])  # fmt: skip
def test_of_texts_that_overlap_all_goes(said: tuple[str, ...]) -> None:
    text = "See: Payroll of Jane Doe in Oslo earns 90,000 crowns a year. The end."

    assert redactor(*said).text(text) == f"See: {PURGED} The end."


def derived(text: str, *premises: int, documents: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A claim that was worked out of others."""
    working = [{"name": "derivation", "passed": True, "detail": {"working": ["1 + 1 = 2"], "premises": list(premises)}}]
    return claim(text, *documents) | {"checks": working} | more


def test_what_was_worked_out_of_it_goes_with_it_to_the_end_of_the_chain() -> None:
    body = REDACTOR.body(
        answer(
            claim(OPEN, "hold"), claim("Falcon needs 3 ns.", "falcon"), derived("Thus 6 ns for both.", 1),
            derived("So 12 ns for four.", 2), derived("Therefore 15 ps for one.", 0),
        )
    )  # fmt: skip

    assert body["text"] == f"{OPEN} {PURGED} {PURGED} {PURGED} Therefore 15 ps for one."
    assert [one["checks"][0]["detail"] for one in body["claims"][2:4]] == [{}, {}]
    for one in body["claims"]:
        assert body["text"][one["start"] : one["end"]] == one["text"]
    assert REDACTOR.body(body) == body


def test_where_claims_were_withheld_what_rests_on_any_goes() -> None:
    fallen = derived("So 6 ns.", 1, reason='It rests on "Falcon needs 3 ns.", which was withheld.')
    withheld = claim("Falcon needs 3 ns.", "falcon", reason="The evidence says 4 ns where the claim says 3 ns.")
    misses = [{"id": "hold~0000000000", "document": {"id": "hold", "title": "On hold"}, "section": [], "text": OPEN, "score": 0.1, "why": withheld["reason"]}]  # fmt: skip
    searched = {"query": "What of it?", "passages": [], "near_misses": misses}

    body = REDACTOR.body(answer(claim(OPEN, "hold"), withheld=[withheld, fallen], searched=searched))

    assert [(one["text"], one["reason"]) for one in body["withheld"]] == [(PURGED, PURGED), (PURGED, PURGED)]
    assert [one["why"] for one in body["searched"]["near_misses"]] == [PURGED]
    assert body["text"] == OPEN
