"""Documents to spans to passages: every offset is right, nothing is lost, nothing crosses a heading."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.split import CODE_LINES, LONGEST, passages_of, spans_of
from ingest.types import Block, BlockKind, Box, Document, Layout, WordBox

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other work may load the machine

PROSE = st.lists(
    st.sampled_from(["The supply is 0.75 V. ", "See Fig. 3. ", "É 😀 works", "; and so on", " word", "\n", "No. "]),
    min_size=1,
    max_size=8,
).map("".join)
ROWS = st.lists(st.sampled_from(["a | b", "1 | 2", "| ", "", "É | 😀", "x" * 2500]), min_size=1, max_size=5).map(
    "\n".join
)
CODE = st.lists(st.sampled_from(["  if x:", "", "\tpass", "end", " "]), min_size=1, max_size=40).map("\n".join)
LONG = st.integers(100, 400).map(lambda n: "word, or " * n)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of random blocks under random headings; something stands before the first."""
    text, section = "preface\n\n", ("Top", "")
    blocks: list[Block] = []
    for _ in range(draw(st.integers(0, 8))):
        kind: BlockKind = draw(st.sampled_from(["heading", "paragraph", "list_item", "table", "code", "caption"]))
        body = draw({"table": ROWS, "code": CODE, "heading": st.just("Head")}.get(kind, st.one_of(PROSE, LONG)))
        if kind == "heading":
            section = ("Top", f"Head {len(blocks)}")
        blocks.append(Block(len(text), len(text) + len(body), kind, section, kind == "table" and draw(st.booleans())))
        text += body + "\n\n"
    return Document("doc", "default", "Title", "doc.md", "text/markdown", text, Layout(tuple(blocks)))


@relaxed
@given(documents())
def test_spans_are_sorted_apart_and_say_what_stands_there(document: Document) -> None:
    spans = spans_of(document)

    assert all(document.text[span.start : span.end] == span.text for span in spans)
    assert all(span.text.strip() for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert len({span.id for span in spans}) == len(spans)
    assert {span.revision for span in spans} <= {document.revision}


@relaxed
@given(documents())
def test_spans_hold_every_word_that_is_neither_heading_nor_header(document: Document) -> None:
    spans = spans_of(document)
    held = {place for span in spans for place in range(span.start, span.end)}
    held |= {place for span in spans if span.header for place in range(*span.header)}

    for block in document.layout.blocks:
        places = {n for n in range(block.start, block.end) if not document.text[n].isspace()}
        assert places.isdisjoint(held) if block.kind == "heading" else places <= held


@relaxed
@given(documents())
def test_spans_stay_within_their_block_and_know_its_section(document: Document) -> None:
    for span in spans_of(document):
        [block] = [one for one in document.layout.blocks if one.start <= span.start < one.end]
        assert span.end <= block.end
        assert span.section == block.section
        assert len(span.text) <= LONGEST[span.kind]


@relaxed
@given(documents(), st.integers(5, 60))
def test_passages_hold_all_spans_in_order_and_cross_no_heading(document: Document, size: int) -> None:
    spans = spans_of(document)
    passages = passages_of(document, spans, size)
    by_id = {span.id: span for span in spans}

    assert [name for passage in passages for name in passage.span_ids] == [span.id for span in spans]
    assert len({passage.id for passage in passages}) == len(passages)
    for passage in passages:
        own = [by_id[name] for name in passage.span_ids]
        assert {span.section for span in own} == {passage.section}
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.end == own[-1].end
        assert [span for span in spans if passage.start <= span.start < passage.end] == own
        assert len(own) == 1 or sum(len(span.text.split()) for span in own) <= size


@relaxed
@given(documents())
def test_the_size_of_passages_changes_no_span(document: Document) -> None:
    assert spans_of(document) == spans_of(document)
    small, large = (passages_of(document, spans_of(document), size) for size in (8, 500))
    assert [n for one in small for n in one.span_ids] == [n for one in large for n in one.span_ids]


def of(text: str, kind: BlockKind, **more: bool) -> Document:
    """A document with one block, which does not begin at 0."""
    text = "Intro\n\n" + text
    layout = Layout((Block(0, 5, "heading", ("Intro",)), Block(7, len(text), kind, ("Intro",), **more)))
    return Document("doc", "default", "Title", "doc.md", "text/markdown", text, layout)


def test_a_table_is_a_span_a_row_under_its_header() -> None:
    document = of("Corner | Margin\nSS | 15\nFF | 12", "table", has_header=True)
    spans = spans_of(document)

    assert [(span.text, span.kind) for span in spans] == [("SS | 15", "table_row"), ("FF | 12", "table_row")]
    assert {document.text[slice(*span.header)] for span in spans if span.header} == {"Corner | Margin"}
    assert passages_of(document, spans)[0].text.startswith("Corner | Margin\nSS")


def test_a_table_without_header_or_of_a_header_alone_keeps_its_first_line() -> None:
    assert [span.text for span in spans_of(of("a | b\nc | d", "table"))] == ["a | b", "c | d"]
    assert [span.text for span in spans_of(of("a | b", "table", has_header=True))] == ["a | b"]


def test_code_that_is_short_is_one_span_with_its_indentation() -> None:
    [span] = spans_of(of("  for x in y:\n\n      pass\n", "code"))

    assert (span.text, span.kind) == ("  for x in y:\n\n      pass", "code")


def test_long_code_is_cut_at_a_blank_line_where_there_is_one() -> None:
    lines = [f"line {n}" for n in range(1, 31)]
    lines[7] = ""
    parts = [span.text.split("\n") for span in spans_of(of("\n".join(lines), "code"))]

    assert [len(part) for part in parts] == [7, 12, 10]
    assert max(map(len, parts)) <= CODE_LINES
    assert parts[1][0] == "line 9"


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    text = "word " * 100 + "word; " + "word " * 60 + "end."
    parts = [span.text for span in spans_of(of(text, "paragraph"))]

    assert [len(part.split()) for part in parts] == [101, 61]
    assert parts[0].endswith(";")


def test_a_section_is_shared_out_evenly() -> None:
    document = of("One two three four five. " * 8, "paragraph")
    passages = passages_of(document, spans_of(document), 25)

    assert [len(passage.text.split()) for passage in passages] == [20, 20]


def test_a_span_has_the_page_of_its_first_word_and_a_box_a_line() -> None:
    document = of("The hold margin is 15 ps. Next one.", "paragraph")
    places = [(0, 3), (4, 8), (9, 15), (16, 18), (19, 21), (22, 25), (26, 30), (31, 35)]
    boxes = [
        Box(3 + n // 6, 0.1 * (n % 3), 0.1 * (n // 3), 0.1 * (n % 3) + 0.08, 0.1 * (n // 3) + 0.05) for n in range(8)
    ]
    words = tuple(WordBox(7 + start, 7 + end, box) for (start, end), box in zip(places, boxes, strict=True))
    first, second = spans_of(replace(document, layout=replace(document.layout, words=words)))

    assert (first.page, second.page) == (3, 4)
    assert [(box.page, round(box.x0, 2), round(box.x1, 2)) for box in first.boxes] == [(3, 0.0, 0.28), (3, 0.0, 0.28)]
    assert len(second.boxes) == 1
