"""Claims and the facts they state; what must stay whole outnumbers what is cut."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.checks.parts import LONGEST, MOST, parts_of

SPLIT: dict[str, list[str]] = {
    "Bit 0 of the identification register is always 1 and is the first bit shifted out.": [
        "Bit 0 of the identification register is always 1.",
        "Bit 0 of the identification register is the first bit shifted out.",
    ],
    "TRST* is optional in IEEE 1149.1, but a TAP without TRST* must have a power-up reset.": [
        "TRST* is optional in IEEE 1149.1.",
        "A TAP without TRST* must have a power-up reset.",
    ],
    "One control cell may serve several pins, and the house limit is 32 pins per control cell.": [
        "One control cell may serve several pins.",
        "The house limit is 32 pins per control cell.",
    ],
    "The compiler reads the source file, builds a syntax tree and emits machine code.": [
        "The compiler reads the source file.",
        "The compiler builds a syntax tree.",
        "The compiler emits machine code.",
    ],
    "An exclusion from code coverage needs a written reason and a second reviewer.": [
        "An exclusion from code coverage needs a written reason.",
        "An exclusion from code coverage needs a second reviewer.",
    ],
    "LF7 designs use header switches, which are PMOS devices.": [
        "LF7 designs use header switches.",
        "Header switches are PMOS devices.",
    ],
    "Marie Curie, who was born in Warsaw, won two Nobel Prizes.": [
        "Marie Curie won two Nobel Prizes.",
        "Marie Curie was born in Warsaw.",
    ],
    "Python, a programming language, was created by Guido van Rossum.": [
        "Python was created by Guido van Rossum.",
        "Python was a programming language.",
    ],
    "Canberra, which is the capital of Australia, was founded in 1913.": [
        "Canberra was founded in 1913.",
        "Canberra is the capital of Australia.",
    ],
    "She moved to Vienna, the capital of Austria.": [
        "She moved to Vienna.",
        "Vienna was the capital of Austria.",
    ],
    "In 1905, Einstein published four papers and obtained a doctorate.": [
        "In 1905, Einstein published four papers.",
        "In 1905, Einstein obtained a doctorate.",
    ],
    "The scan cell can capture data and shift the chain.": [
        "The scan cell can capture data.",
        "The scan cell can shift the chain.",
    ],
    "The voltage is 0.75 V, and the temperature is 125 C.": [
        "The voltage is 0.75 V.",
        "The temperature is 125 C.",
    ],
    "The server writes 1,000 records per second, but the client reads 0.5 records per second.": [
        "The server writes 1,000 records per second.",
        "The client reads 0.5 records per second.",
    ],
    "Ada Lovelace was an English mathematician and writer.": [
        "Ada Lovelace was an English mathematician.",
        "Ada Lovelace was a writer.",
    ],
    "The library is small and portable.": [
        "The library is small.",
        "The library is portable.",
    ],
    'The report says "slack and skew" in the title, but the table lists setup times.': [
        'The report says "slack and skew" in the title.',
        "The table lists setup times.",
    ],
    "APB transfers are not pipelined and APB has no bursts.": [
        "APB transfers are not pipelined.",
        "APB has no bursts.",
    ],
    "The Nile flows through Egypt; the Danube flows through Vienna.": [
        "The Nile flows through Egypt.",
        "The Danube flows through Vienna.",
    ],
    "Insulin, which is a hormone, regulates glucose, and glucagon raises glucose.": [
        "Insulin regulates glucose, and glucagon raises glucose.",
        "Insulin is a hormone.",
    ],
    "In version 1.4 the limit is 10 %, and in version 2.0 the limit is 8 %.": [
        "In version 1.4 the limit is 10 %.",
        "In version 2.0 the limit is 8 %.",
    ],
    "The parser, which is written in Rust, reads JSON and was released in 2020.": [
        "The parser reads JSON.",
        "The parser was released in 2020.",
        "The parser is written in Rust.",
    ],
    "The tool does not read VHDL and writes Verilog.": [
        "The tool does not read VHDL.",
        "The tool writes Verilog.",
    ],
    "The flow requires a netlist, a constraint file and a library.": [
        "The flow requires a netlist.",
        "The flow requires a constraint file.",
        "The flow requires a library.",
    ],
    "The bridge was built in 1890 and was rebuilt in 1950.": [
        "The bridge was built in 1890.",
        "The bridge was rebuilt in 1950.",
    ],
    "When the core is reset, the controller drains the bus and asserts the reset.": [
        "When the core is reset, the controller drains the bus.",
        "When the core is reset, the controller asserts the reset.",
    ],
    "Keith Urban moved to Nashville in 1992 and released an album.": [
        "Keith Urban moved to Nashville in 1992.",
        "Keith Urban released an album.",
    ],
    "The heart pumps blood; the lungs take up oxygen.": [
        "The heart pumps blood.",
        "The lungs take up oxygen.",
    ],
    "Mount Everest is the highest mountain on Earth and lies in the Himalayas.": [
        "Mount Everest is the highest mountain on Earth.",
        "Mount Everest lies in the Himalayas.",
    ],
    "The TCP header contains a checksum and a sequence number.": [
        "The TCP header contains a checksum.",
        "The TCP header contains a sequence number.",
    ],
    "The kernel schedules threads, and a driver handles interrupts.": [
        "The kernel schedules threads.",
        "A driver handles interrupts.",
    ],
    "Photosynthesis converts light into chemical energy, and respiration releases energy.": [
        "Photosynthesis converts light into chemical energy.",
        "Respiration releases energy.",
    ],
    "Hemoglobin, which is a protein, carries oxygen.": [
        "Hemoglobin carries oxygen.",
        "Hemoglobin is a protein.",
    ],
    "The Danube, the second longest river in Europe, flows into the Black Sea.": [
        "The Danube flows into the Black Sea.",
        "The Danube is the second longest river in Europe.",
    ],
    "The flop was replaced, but the latch was kept.": [
        "The flop was replaced.",
        "The latch was kept.",
    ],
    "The register file can be read by the core and written by the debugger.": [
        "The register file can be read by the core.",
        "The register file can be written by the debugger.",
    ],
    "The registers have an enable and a reset.": [
        "The registers have an enable.",
        "The registers have a reset.",
    ],
}

WHOLE = [
    "The hold margin is 15 ps.",
    "The distance between A and B is 5 mm.",
    "The sum of the setup time and the hold time is 40 ps.",
    "Romeo and Juliet are in love.",
    "Alice and Bob are married.",
    "Both the setup and the hold limits are met.",
    "The tool reads Verilog or VHDL.",
    "If the slack is negative, the path fails and the run stops in batch mode, which is slow.",
    "The tool stops and prints an error when the file is missing.",
    "The tool reads the file and stops if it is empty.",
    "The block does not support scan and BIST.",
    "Neither the setup check nor the hold check fails.",
    "No flop and no latch is left uncovered.",
    "Few tools read VHDL and write Verilog.",
    "The limits are 5 and 10 ps, respectively.",
    "Only the owner reads the log and signs the report.",
    "The clock is faster than the bus and the core.",
    "The cell reads and writes the register.",
    "Smith said that the chip works and the board fails.",
    "The company was founded by Hewlett and Packard.",
    'The file "read and write" is new.',
    "The script `make and run` starts the build.",
    "The value is 1,000 and 0.5 is the step.",
    "The tool usually reads the cache and skips the disk.",
    "The chip has a research and development fuse.",
    "It requires setup and hold checks.",
    "The flag is black and white.",
    "The clocks are fast and slow.",
    "The signal rises, which means that the clock starts.",
    "He renamed the file, which broke the build.",
    "The tool that reads the netlist and writes the report is old.",
    "The manager reads the report, and it is approved.",
    "Does the tool read the file and write the log?",
    "The mixer combines the signal and the carrier.",
    "The tool removes its setup check and its hold check.",
    "The tool never reads the cache and writes the log.",
    "Unless the fuse is blown, the core boots and the host waits.",
    "The limit rises before CTS and the margin falls after CTS.",
    "He wrote Pride and Prejudice.",
    "All but two tests pass and finish in time.",
    "It is not true that the core boots and the bus works.",
    "Give the block a name and run the tool.",
    "The DMA copies data and, if enabled, raises an interrupt.",
    "The pattern count, the chain count and the clock count are reported.",
    "Smith, Jones and Brown wrote the book.",
    "He visited Paris, the Louvre, and Rome.",
    "Either the PLL locks and the clock starts, or the chip stays in reset.",
    "The drug reduces pain and lowers fever in children.",
    "At most two masters request the bus and hold the lock.",
    "Drug A and drug B together stop the virus.",
    "The output of the counter, which is slow, drives the mux.",
    "`clk_a` and `clk_b` drive the mux.",
    "The market is more traditional and interesting.",
    "A PP and E acquired and PP and E surrendered are different.",
    "There are many people on the list, but not that many are called.",
    "Covid-19 makes B cells act, but T cells do.",
    "Would you stand up and reject the rule",
    "The house limit on delta delay is 5 ps per net, and on the trunk the limit is 3 ps.",
    "A transfer takes two cycles, and each transfer adds a state.",
    "BMP4 is induced by MSX2, which is late.",
    "The company was labelled the best, and the founder hailed as a hero.",
    "A study from the first outbreak, and a recent case, suggest that pipes leak.",
    "Mark the stop pins, and the balance groups.",
    "The tool reads the netlist and writes a report during batch runs.",
    "The tool reads the netlist and writes a report before tape-out.",
    "The tool reads the netlist and the viewer draws a picture during batch runs.",
    "The limit rises in summer, and the margin falls in winter, because air expands.",
    "The tool reads the netlist, and the viewer draws a picture, if the licence allows.",
    "During reset the core drives zeros, and the bus drives ones.",
    "In winter the lake freezes, and boats stay in port.",
    "Most tools read VHDL and write Verilog.",
    "No tool reads VHDL and writes Verilog.",
    "No tools read VHDL and write Verilog.",
    "Exactly two tools read VHDL and write Verilog.",
    "The block has no scanner and no decoder.",
    "The block lacks any adders and counters.",
    "The block contains few adders and few counters.",
    "The tool needs a licence and a server before tape-out.",
    "The tool needs a licence and a server during batch runs.",
    "The cell is small and fast during tests.",
    "Smith did not meet Jones, who lived in Paris.",
    "Nobody met Jones, who lived in Paris.",
    "His brother, who lived in Paris, met Jones.",
    "Every tool, which is free, runs daily.",
    "No tools, which are free, run daily.",
    "The report shows that the chip works, and the board fails.",
    "The owner said the chip works and the board fails.",
    "Smith believes the chip works, and the board fails daily.",
    "The tool reads JSON or writes XML and the viewer draws a picture.",
    "The tool reads JSON or XML, and the viewer draws a picture.",
    "The tool reads JSON or XML and writes a report.",
    "The tool reads the netlist, the viewer draws a picture, and the owner signs the report.",
    "The drug lowers blood pressure and reduces pain in adults.",
    "The engine burns fuel and drives a pump at night.",
    "The kit uses timing and power checks.",
    "The kit uses clock gates and buffers.",
    "The kit needs speed and a licence.",
    "The code has two forms: the short form holds a date, and the long form holds a time.",
    "The form is this: the head holds a date, and the tail holds a time.",
    "The owner runs the checks, the tool writes a report and signs the list.",
    "Paris, the capital, and Rome are old.",
    "He visited Smith, a friend, and Jones.",
    "Smith met Jones, who sells cars, yesterday.",
    "The firm moved to Paris and its staff left.",
    "The firm grew fast; it was sold later.",
    "The firm grew fast; that was good.",
    "The firm was old. They sold it.",
    "The lake is deep; only boats cross it.",
    "The lake is deep; boats cross it.",
    "Smith admires Jones, who taught him.",
    "The kettle, which he bought, boils water.",
    "The tank holds water, which boils.",
    "The firm sold a car, which was red.",
    "The manufacturer identity is a compressed form of the JEDEC JEP106 code: seven bits of the code without parity, and four bits that give the number of continuation characters modulo 16.",
    "A study from the first sars outbreak, and a recent corona virus case, suggest buildings with older faulty plumbing can transmit the disease to people on separate floors.",
    "The tool reads the file, then writes the log.",
    "Popular items are batik fabric designs, silver and pewter ware, and silk brocaded songket cloth",
    "There is no work now and there never has been",
    "Most people learn about cars from their dad, but my dad didn't",
    "We could make on offer on some good slicks and probably get a really good deal",
]

WITHOUT_GRAMMAR = [
    "",
    " ",
    "The hold margin is 15 ps.",
    "Предел равен 15, и запас равен 10 and so on.",
    "保持余量是 15 皮秒, and 建立余量是 40 皮秒。",
    "The limit is 15 ps,\x00 and the margin is 5 ps.",
    "The limit is 15 ps,\n and the margin is 5 ps.",
    "The limit is \u202e15 ps, and the margin is 5 ps.",
    "; , and . !",
    'The "limit is 15 ps, and the margin is 5 ps.',
    "The limit of ItemA is 15 ps, and the margin is 5 ps.",
    "The limit is 15 ps, and the margin is 5 ps. " * 10_000,
    "and " * 50_000,
]

VOCABULARY = (
    'the a tool clock reads is was and but , ; . which who not only if `x` ItemA Paris 0.5 1,000 files ( ) " fast'
)
WORDS = st.sampled_from(VOCABULARY.split())


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "parts"), SPLIT.items())
def test_a_claim_of_several_facts_gives_each_as_a_sentence(claim: str, parts: list[str]) -> None:
    assert parts_of(claim) == parts


@pytest.mark.slow
@pytest.mark.parametrize("claim", WHOLE)
def test_a_claim_in_doubt_stays_whole(claim: str) -> None:
    assert parts_of(claim) == [claim]


@pytest.mark.slow
@pytest.mark.parametrize("claim", [*(part for parts in SPLIT.values() for part in parts)])
def test_a_part_has_no_parts(claim: str) -> None:
    assert parts_of(claim) == [claim]


@pytest.mark.parametrize("claim", WITHOUT_GRAMMAR)
def test_what_is_no_plain_english_sentence_stays_whole(claim: str) -> None:
    assert parts_of(claim) == [claim]


@pytest.mark.slow
def test_what_would_be_one_part_too_many_is_not_cut() -> None:
    claim = "The cell is small and fast; the flop is large and slow; the mux is cheap and simple."
    parts = parts_of(claim)
    assert len(parts) == MOST
    assert parts[-2:] == ["The flop is slow.", "The mux is cheap and simple."]
    assert len(parts_of("The heart pumps blood" + "; the cell is small" * (MOST - 1) + ".")) == MOST
    assert len(parts_of("The heart pumps blood" + "; the cell is small" * MOST + ".")) == 1


@pytest.mark.slow
def test_a_claim_that_is_too_long_is_not_parsed() -> None:
    short = "The voltage is 0.75 V, and the temperature is 125 C"
    assert len(parts_of(f"{short}.")) == 2
    assert len(parts_of(f"{short:<{LONGEST - 1}}.")) == 2
    assert len(parts_of(f"{short:<{LONGEST}}.")) == 1


@pytest.mark.slow
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)))
@example("The tool is fast, and ``x`` is slow; `y")
@settings(max_examples=300, deadline=None)
def test_any_text_gives_sentences_or_itself(text: str) -> None:
    parts = parts_of(text)
    assert 1 <= len(parts) <= MOST
    if len(parts) == 1:
        assert parts == [text]
    else:
        assert all(len(part.split()) >= 3 and part.endswith(".") for part in parts)


@pytest.mark.slow
def test_many_threads_get_what_one_gets() -> None:
    claims = list(SPLIT) * 2
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(parts_of, claims)) == [*SPLIT.values()] * 2


@pytest.mark.slow
def test_the_grammar_is_loaded_on_first_use_alone() -> None:
    code = (
        "import sys; from app.checks.by_parts import ByParts; from app.checks.parts import parts_of;"
        "parts_of('The hold margin is 15 ps.'); assert 'spacy' not in sys.modules;"
        "parts_of('The cell is small and fast.'); assert 'spacy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
