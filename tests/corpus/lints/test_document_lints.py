from dataclasses import replace
from itertools import islice, product

import pytest

from corpus.lints import extraction, headings, references, units
from ingest.types import Box, Layout, WordBox

PROSE = (
    "Every path from the launch to the capture flop is timed at both corners before anything else is done with it. " * 4
)
GARBLED = " ".join(map("".join, islice(product("bcdfg", repeat=4), 60)))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("# T\n\nText.\n\n## Empty\n\n## Full\n\nText.", ["T > Empty"]),
        ("# T\n\nText.\n\n## Full\n\nText.\n\n## Last", ["T > Last"]),
        ("# T\n\nText.\n\n## Above\n\n### Below\n\nText.", []),
        ("# T\n\nText.\n\n## A\n\n### Empty\n\n## B\n\nText.", ["T > A > Empty"]),
        ("# T\n\nText.\n\n## A\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n## B\n\n- item", []),
        ("# Title\n\n# Author\n\n# Scope\n\nText.", []),
    ],
)
def test_headings_without_text(written, text, places):
    assert [one.place for one in headings.findings([written(text)])] == places


def test_headings_that_are_only_told_by_their_looks_are_let_be(written):
    document = written("# T\n\nText.\n\n## Empty\n\n## Full\n\nText.")
    words = (WordBox(0, 1, Box(1, 0, 0, 1, 1)),)
    assert list(headings.findings([replace(document, layout=replace(document.layout, words=words))])) == []


def table(header: str, *rows: str, before: str = "Words before it.") -> str:
    lines = [header, "|".join("---" for _ in header.split("|")), *rows]
    return f"# T\n\n## Deep\n\n{before}\n\n" + "\n".join(f"| {line} |" for line in lines)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (table("Corner | Delay", "ss | 1.25", "ff | 0.75"), ["Delay"]),
        (table("Corner | Max delay | Skew", "ss | ≤ 1,250 | 3", "ff | n/a | 4", "tt | 80 | 5"), ["Max delay", "Skew"]),
        (table("Corner | Delay (ps)", "ss | 1.25", "ff | 0.75"), []),
        (table("Corner | Delay in ps", "ss | 1.25", "ff | 0.75"), []),
        (table("Corner | Delay", "ss | 1.25 ns", "ff | 0.75"), []),
        (table("Corner | Delay | Unit", "ss | 1.25 | ns", "ff | 0.75 | ns"), []),
        (table("Corner | Delay", "ss | 1.25", "ff | 0.75", before="All delays in ps:"), []),
        (table("Corner | Delay", "ss | 1.25", "ff | 0.75", before="Table 1. Delays (ps)"), []),
        (table("Corner | Delay", "ss | 1.25", "ff | 0.75", before="Delays at 0.675 V follow."), ["Delay"]),
        (table("Corner | Relative delay", "ss | 1.25", "ff | 0.75"), []),
        (table("Block | Cells", "core | 12500", "dsp | 7500"), []),
        (table("Corner | Delay", "ss | 1.25", "ff | small"), []),
        (table("Corner | Delay", "ss | 1.25"), []),
        (table("Device | Speed grade", "a | 3", "b | 5"), []),
        (table("Domain | Power domains | Supply nets", "a | 3", "b | 5"), []),
        (table("Part | Current version | Year of supply", "a | 3 | 2", "b | 5 | 9"), []),
        (table("Part | Latency index | Area ratio", "a | 3 | 0.2", "b | 5 | 0.9"), []),
        (table("Part | Number of delay cells | Powers of two", "a | 3 | 4", "b | 5 | 8"), []),
        (table("Tool | Current speed", "a | 1.2.3", "b | 1.3.0"), []),
        (table("Lot | Time", "a | 2019", "b | 2024"), []),
        (table("Step | Time", "a | 1", "b | 2", "c | 3"), []),
        (table("Bus | Data width | FIFO depth", "a | 32 | 16", "b | 64 | 8"), []),
        (table("Limit | Current | Proposed", "a | 8 | 10", "b | 9 | 12"), []),
        (table("Net | Current | Peak power", "a | 8 | 10", "b | 9 | 12"), ["Current", "Peak power"]),
        (table("Net | Delay after CTS | Slack, max", "a | 8 | 10", "b | 9 | 12"), ["Delay after CTS", "Slack, max"]),
        (table("Net | Power limit", "a | 8", "b | 9.5"), ["Power limit"]),
        pytest.param(table("Net | Delay", f"a | {'1' * 5000}", "b | 2"), ["Delay"], id="5000 digits"),
    ],
)
def test_columns_of_numbers_without_a_unit(written, text, named):
    found = list(units.findings([written(text)]))

    assert [one.what.rpartition(": ")[2] for one in found] == named
    assert {one.place for one in found} <= {"T > Deep"}


NUMBERED = "# T\n\nText.\n\n## 1. First\n\nText.\n\n### 1.1 Below\n\nTable 1. Some numbers\n\n## 2. Second\n\n{}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("As section 1.1 says, see section 2.", []),
        ("As section 7.3 says. Once more: section 7.3.", ["section 7.3"]),
        ("Chapter 4 has more.", ["Chapter 4"]),
        ("It is in Table 1 and in table 2.", ["table 2"]),
        ("It is in figure 3.", []),
        ("See section 7.3 of the timing handbook.", []),
        ("See IEEE 1801-2018, section 7.3.", []),
        ("See the policy, section 7.3.", []),
        ("Its chapter 7 says so.", []),
        ("The table 2% of all readers look at.", []),
    ],
)
def test_references_that_lead_nowhere(written, text, named):
    found = list(references.findings([written(NUMBERED.format(text))]))

    assert [one.what.removeprefix("refers to ").partition(",")[0] for one in found] == named
    assert {one.place for one in found} <= {"T > 2. Second"}


def test_captions_below_pictures_in_a_row_of_a_table_count(written):
    pictures = "| a | b |\n|---|---|\n| Figure 1: Cells | Figure 2: Macros |"
    text = NUMBERED.format(f"See figure 2, and figure 3.\n\n{pictures}")
    assert [one.what for one in references.findings([written(text)])] == ["refers to figure 3, which it has not"]


def test_a_document_without_numbers_refers_to_others(written):
    assert list(references.findings([written("# T\n\n## Scope\n\nSee section 3 and table 4.")])) == []


def test_a_numbered_line_that_no_loader_took_for_a_heading_counts(written):
    text = NUMBERED.format("Text.\n\n3\\. Copying in quantity\n\nSee section 3, and section 4.")
    assert [one.what for one in references.findings([written(text)])] == ["refers to section 4, which it has not"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROSE, ""),
        (PROSE + "`https html http mmmm` and TCP, DFT, SRAM, HTTPS of pths", ""),
        (PROSE.replace("timed", "ti\ufffded"), "4 characters that are no text"),
        (PROSE.replace("timed", "ti(cid:12)ed"), "4 characters that are no text"),
        (" ".join(PROSE), "single letters"),
        (PROSE + "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z " * 4, ""),
        (PROSE + "\n\n" + "U+01BA, U+01BF-U+01D0, " * 40, ""),
        (f"{PROSE} {GARBLED}", "different words without a vowel"),
        (
            PROSE.replace("launch to the capture flop is timed", "launchtothecaptureflopistimedatbothcorners"),
            "spaces were lost",
        ),
        (PROSE.replace("flop", "flopThatIsCalledByALongNameInTheCode"), ""),
        ("vry pth frm lnch cptr", ""),
    ],
)
def test_text_that_came_badly_out_of_its_file(written, text, said):
    found = list(extraction.findings([written(f"# T\n\n{text}")]))

    assert len(found) == bool(said)
    assert all(said in one.what for one in found)


def test_code_is_not_read_as_prose(written):
    assert list(extraction.findings([written(f"# T\n\n{PROSE}\n\n```\n{' '.join(PROSE)}\n```")])) == []


def test_pages_without_text_among_those_with_text(written):
    document = written(f"# T\n\n{PROSE}")
    words = tuple(WordBox(at, at + 1, Box(page, 0, 0, 1, 1)) for at, page in enumerate((1, 2, 5)))
    [finding] = extraction.findings([replace(document, layout=Layout(document.layout.blocks, words))])
    assert "on pages 3, 4:" in finding.what
