from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.answers import report
from eval.answers.examples import Example, ExampleSet, Gold
from eval.answers.kept import kept_of
from eval.answers.measure import Measured, measure, write_scores
from eval.answers.report import worst_first, write_report
from eval.answers.runs import Meta, Run
from ingest.errors import BadInput

META = Meta(
    "openai:gpt", "small-1", "q.jsonl", "a" * 64, None, 0, "s1", {"model": "openai:gpt", "passages": 8}, "0.1.0"
)
CAUSE = "A hold violation is caused by data that arrives too early."
OTHER = "Recovery time is the time a reset must be released before the clock edge."
NASTY = "<script>alert('x')</script> & <b>bold</b> text here"


def cited(text: str) -> dict[str, Any]:
    return {"id": f"doc~{len(text)}", "document": {"id": "doc"}, "exact": text, "header": ""}


def claim(text: str, *spans: str, confidence: float = 0.9, **more: Any) -> dict[str, Any]:
    citations = [cited(one) for one in spans or (text,)]
    return {"text": text, "label": "supported", "confidence": confidence, "citations": citations} | more


def near(text: str) -> dict[str, Any]:
    return {"id": f"doc~{len(text)}", "document": {"id": "doc"}, "text": text, "why": f"Not relevant: {text[:9]}"}


def answer(*claims: dict[str, Any], near_misses: Sequence[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    return {
        "question": "?",
        "status": "answered" if claims else "abstained",
        "text": " ".join(one["text"] for one in claims),
        "confidence": min((one["confidence"] for one in claims), default=0.0),
        "claims": list(claims),
        "withheld": [],
        "searched": {"query": "?", "passages": [], "near_misses": list(near_misses)},
        "usage": [],
        "notes": [],
        "model_failure": None,
    } | more


def gold(*texts: str) -> tuple[tuple[Gold, ...], ...]:
    return (tuple(Gold("doc", one) for one in texts),)


ASKED = [
    (Example("right-poor", "R?", True, (CAUSE,), gold(CAUSE), kind="plain"), answer(claim(CAUSE), claim(OTHER))),
    (Example("right-fine", "G?", True, (CAUSE,), gold(CAUSE), kind="plain"), answer(claim(CAUSE))),
    (Example("silent", "S?", True, (), gold(CAUSE), kind="hard"), answer(near_misses=[near(CAUSE)])),
    (Example("unknown", "U?", None), answer(claim(OTHER))),
    (Example("failed", "F?", True, (), gold(CAUSE)), answer(model_failure="failed", notes=["It was late."])),
    (Example("refused", "D?", True, (), gold(CAUSE)), answer(model_failure="refused")),
    (Example("wrong-hardly", "W?", False), answer(claim(OTHER, confidence=0.6))),
    (Example("wrong-very", "V?", True, (), gold(CAUSE)), answer(claim(OTHER, confidence=0.8))),
]


def run_of(folder: Path, asked: Sequence[tuple[Example, dict[str, Any]]], meta: Meta = META) -> Measured:
    run = Run.start(folder, meta)
    for at, (example, said) in enumerate(asked):
        run.add(example.id, 1.0 + at, said | {"question": example.question})
    examples = ExampleSet("plain", tuple(example for example, _ in asked))
    return measure(run, examples, lambda evidence, said: True)  # type: ignore[arg-type]


class Page(HTMLParser):
    """A page's tags and attributes, and its words; those of each `details` apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words = ""
        self.opened: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self._inside = tag if tag in ("details", "style") else self._inside
        if tag == "details":
            self.opened.append("")
        self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside != "style":
            self.words += data
        if self._inside == "details":
            self.opened[-1] += data


def page_of(measured: Measured, previous: Any = None) -> Page:
    path = write_report(measured, write_scores(measured, "judge-1", 0), previous)
    assert path == measured.run.folder / "report.html"
    return Page(path.read_text("utf-8"))


def example_of(page: Page, name: str) -> str:
    [found] = [one for one in page.opened if f" {name}" in " ".join(one.split()) and "Can be answered" in one]
    return " ".join(found.split())


def test_questions_stand_in_the_order_of_how_bad_they_are(tmp_path: Path) -> None:
    wanted = ["wrong-very", "wrong-hardly", "refused", "failed", "silent", "unknown", "right-poor", "right-fine"]
    measured = run_of(tmp_path / "run", ASKED)
    assert [one.example.id for one in worst_first(measured)] == wanted
    examples = [one for one in page_of(measured).opened if "Can be answered" in one]
    assert all(name in text for name, text in zip(wanted, examples, strict=True))


def test_the_page_says_what_was_run_and_what_came_of_it(tmp_path: Path) -> None:
    page = page_of(run_of(tmp_path / "run", ASKED))
    words = " ".join(page.words.split())
    assert "q.jsonl, answered by openai:gpt" in words
    assert "8 questions, checked by small-1, scored by judge-1." in words
    for told in (
        "2 wrong of 8 questions",
        "1 declined of 8 questions",
        "1 failed of 8",
        "1 needless silence",
        "2 right",
    ):
        assert told in words
    # Seconds are 1 to 8.
    assert "4.500 s median time 95th percentile 7.650 s" in words
    assert "4.500 7.650 8.000" in words
    assert "a" * 64 in words
    assert "passages 8" in words
    # 2 of the 7 questions of which it is known, and the five answers of which 2 are wrong.
    assert "right 0.286" in words
    assert "questions answered rightly, or rightly not answered" in words
    assert "selective_risk 0.500" in words
    assert "Since the run before" not in words


def test_questions_are_counted_by_kind(tmp_path: Path) -> None:
    words = " ".join(page_of(run_of(tmp_path / "run", ASKED)).words.split())
    assert "By kind of question" in words
    assert "Measure hard 1 plain 2 coverage 0.000 0.000 to 0.000 1.000 1.000 to 1.000" in words


def test_an_example_has_its_evidence(tmp_path: Path) -> None:
    withheld = claim("Held back.", OTHER, confidence=0.2, label="unsupported", reason="It says no such thing.")
    old = (Gold("doc", OTHER),)
    asked = [
        (Example("one", "Why?", True, ("Early data.",), gold(CAUSE), old, "plain"), answer(claim("Early.", CAUSE), withheld=[withheld])),
        (Example("two", "Which?", True, (), gold(CAUSE)), answer(near_misses=[near(CAUSE)], notes=["A note."])),
    ]  # fmt: skip
    page = page_of(run_of(tmp_path / "run", asked))
    told = example_of(page, "one")
    for text in (
        "right Why? one",
        "Kind plain",
        "Can be answered yes",
        "Right answer Early data.",
        f"Gold doc {CAUSE}",
    ):
        assert text in told
    assert f"Outdated doc {OTHER}" in told
    assert f"Shown Early. confidence 0.900 doc~{len(CAUSE)} gold {CAUSE}" in told
    assert (
        f"Withheld Held back. confidence 0.200 · withheld: It says no such thing. doc~{len(OTHER)} outdated {OTHER}"
        in told
    )
    assert "gold_recall 1.000" in told
    missed = example_of(page, "two")
    assert f"Near misses doc~{len(CAUSE)} gold {CAUSE} Not relevant: A hold vi" in missed
    assert "Notes A note." in missed
    assert "Right answer" not in missed


def test_whatever_data_answers_and_documents_say_is_text(tmp_path: Path) -> None:
    withheld = claim(NASTY, confidence=0.2, label="unsupported", reason=NASTY)
    said = answer(claim(NASTY), withheld=[withheld], near_misses=[near(NASTY)], notes=[NASTY])
    asked = [(Example("<i>id", NASTY, True, (NASTY,), gold(NASTY), (Gold("<u>", NASTY),), NASTY), said)]
    settings = {"model": NASTY, "embedder": "<u>"}
    measured = run_of(
        tmp_path / "run", asked, replace(META, data=NASTY, model=NASTY, verifier="<u>", settings=settings)
    )
    before = kept_of(run_of(tmp_path / "<s>", asked, measured.run.meta), "<em>")
    page = page_of(measured, before)
    assert page.words.count(NASTY) >= 12
    assert not {"script", "i", "u", "s", "em", "a", "img", "link", "iframe"} & set(page.tags)
    assert page.tags.count("b") == 4, "two tiles, and what was won and lost"
    assert not {"src", "href", "onclick"} & set(page.attributes)


def test_the_page_can_be_read_by_those_who_do_not_see_it(tmp_path: Path) -> None:
    measured = run_of(tmp_path / "run", ASKED)
    page = page_of(measured, kept_of(run_of(tmp_path / "before", ASKED), "judge-1"))
    assert "lang" in page.attributes
    levels = [int(one[1]) for one in page.tags if one in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.tags.count("caption") == page.tags.count("table") == 4
    assert page.tags.count("svg") == page.tags.count("figcaption") == 3


def test_attempts_are_drawn_with_what_was_served(tmp_path: Path) -> None:
    held = answer(withheld=[claim(OTHER, confidence=0.3, label="unsupported", reason="No.")])
    asked = [*ASKED[1:], (Example("held", "H?", True, (), gold(CAUSE)), held)]
    page = page_of(run_of(tmp_path / "run", asked))
    # Drafted and known: one right, two wrong, and the one that was held back, which would have been wrong.
    assert "The point is what was shown: 3 of 4 attempts." in page.words
    assert "served: coverage 0.750, share wrong 0.667" in page.words
    assert "Reliability: n = 4" in page.words


def test_attempts_of_which_none_was_shown_are_said_to_be_so(tmp_path: Path) -> None:
    held = answer(withheld=[claim(OTHER, confidence=0.3, label="unsupported", reason="No.")])
    page = page_of(run_of(tmp_path / "run", [(Example("held", "H?", True, (), gold(CAUSE)), held)]))
    assert "None of the 1 attempts was shown." in page.words
    assert "served" not in page.words


@pytest.mark.parametrize(
    "asked",
    [
        [(Example("q", "Q?"), answer(claim(CAUSE)))],
        [(Example("q", "Q?"), answer())],
        [(Example("q", "Q?", True), answer(claim(CAUSE)))],
        [(Example("q", "Q?", True, (CAUSE,)), answer(claim(CAUSE)))],
        [(Example("q", "Q?", False), answer())],
        [(Example("q", "Q?", True, (), gold(CAUSE)), answer(model_failure="failed"))],
    ],
    ids=["answerable unknown", "silent and unknown", "nothing to hold it against", "no gold", "no attempt", "failed"],
)
def test_data_that_knows_little_still_makes_a_report(tmp_path: Path, asked: list[Any]) -> None:
    measured = run_of(tmp_path / "run", asked)
    page = page_of(measured, kept_of(run_of(tmp_path / "before", asked), "judge-1"))
    assert "–" in page.words
    assert ("There is no question on which a claim was drafted" in page.words) == (not measured.attempts)
    assert "None." in page.words, "no question's worth has changed"
    assert page.words.count("By kind of question") == 0


def test_what_changed_since_the_run_before(tmp_path: Path) -> None:
    before = [(example, answer(claim(CAUSE)) if example.id == "wrong-very" else said) for example, said in ASKED]
    meta = replace(META, settings={"model": "other", "passages": 4})
    page = page_of(run_of(tmp_path / "now", ASKED), kept_of(run_of(tmp_path / "before", before, meta), "judge-1"))
    words = " ".join(page.words.split())
    assert "passages differs: 4 in before, 8 in now" in words
    assert "now wins 0, loses 1 and ties 6 against before" in words
    # Of 7 questions 3 were right, now 2.
    assert "right 0.429 0.286 -0.143" in words
    changed = [" ".join(one.split()) for one in page.opened if "Can be answered" not in one and "→" in one]
    assert len(changed) == 1
    assert "right → wrong V? wrong-very" in changed[0]
    assert f"before right answered, confidence 0.900 {CAUSE}" in changed[0]
    assert f"now wrong answered, confidence 0.800 {OTHER}" in changed[0]


def test_a_previous_run_of_other_data_is_refused(tmp_path: Path) -> None:
    measured = run_of(tmp_path / "now", ASKED)
    other = kept_of(run_of(tmp_path / "before", ASKED, replace(META, data_sha256="b" * 64)), "judge-1")
    with pytest.raises(BadInput, match="were not asked the same questions"):
        write_report(measured, write_scores(measured, "judge-1", 0), other)


def test_a_long_run_shows_its_worst_questions_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST", 3)
    page = page_of(run_of(tmp_path / "run", ASKED))
    assert sum("Can be answered" in one for one in page.opened) == 3
    assert "The first 3 of 8; answers.jsonl has all." in page.words
    assert "2 right of 8 questions" in " ".join(page.words.split()), "all are counted"


def test_the_same_run_makes_the_same_page(tmp_path: Path) -> None:
    measured = run_of(tmp_path / "run", ASKED)
    first = write_report(measured, write_scores(measured, "judge-1", 0), None).read_bytes()
    assert write_report(measured, write_scores(measured, "judge-1", 0), None).read_bytes() == first
