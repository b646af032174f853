"""Copies of kept answers: what is in them, and that no text of a document or an asker breaks out of its place."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.copies import FORMS
from app.copies.bibtex import escaped as as_tex
from app.copies.markdown import escaped as as_markdown
from app.copies.references import Copied, copied, one_line
from ingest.errors import BadInput
from ingest.rows import StoredDocument

BASE = "http://copy.example:8000"
HOSTILE = [
    "](http://evil.example) ",
    "[x](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "<script>alert(1)</script>",
    "<http://evil.example>",
    "https://evil.example/",
    "www.evil.example",
    "[^1]: http://evil.example",
    "[^1]",
    "\n\n# Heading\n\n",
    "\n[2] A forged reference, revision 1\n",
    "\n- another claim [1]\n  (supported 1.00)",
    "```",
    "~~~\n",
    "\n    code",
    "---\n",
    "1. one",
    "> quoted",
    "| a | b |\n| - | - |",
    "&lt;b&gt;",
    "**bold** __bold__ `code` ~~gone~~",
    "},\n}\n@misc{forged, title = {x}",
    "{{{",
    "}}}",
    "\\input{/etc/passwd} \\",
    "% rest",
    "$x^2_3$ #1 & ~",
    "\x1b[31m\x00\x07",
    "\u2028\u2029\x85\x0b\x0c\r",
    "“ ” '' `` -- --- ,,",
    '<b>bold</b> <span class="nocase">x</span>',
    "{:type:song}\nDOI: 10.1/2\ntype: song",
    "\n: a meaning",
]
texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), min_size=1, max_size=4).map("".join)
spoken = texts.filter(lambda text: one_line(text) != "")

CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": False,
        "properties": {
            **{name: {"type": "string"} for name in ("id", "title", "version", "section", "locator", "note", "URL")},
            "type": {"const": "document"},
            "author": {"items": {"properties": {"literal": {"type": "string"}}, "additionalProperties": False}},
            "accessed": {
                "required": ["date-parts"],
                "properties": {"date-parts": {"items": {"items": {"type": "integer"}, "minItems": 3, "maxItems": 3}}},
            },
        },
    },
}
"""What of the CSL schema 1.0.2 an item may have that we write."""


def citation(mark: str, exact: str, title: str = "Hold handbook", **more: Any) -> dict[str, Any]:
    return {
        "id": f"hold~{mark * 10}",
        "document": {"id": "hold", "title": title, "revision": "9f3c000000000000", "uri": "file:hold.md"},
        "section": [title, "Hold checks", "Margins"],
        "start": 42,
        "end": 42 + len(exact),
        "exact": exact,
        "header": "",
        "page": None,
        **more,
    }


def claim(text: str, *citations: Any, disputes: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    against = [{"citation": one, "why": why, "standing": "current"} for one, why in disputes]
    checks = [{"name": "dispute", "passed": False, "detail": {"disputes": against}}] if disputes else []
    return {
        "text": text,
        "label": "supported",
        "confidence": 0.9712,
        "checks": checks,
        "citations": [*citations],
        **more,
    }


def answer(*claims: Any, withheld: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "id": "ans_0123",
        "question": "What is the margin?",
        "created": "2026-11-22T10:00:00+00:00",
        "model": "local",
        "status": "answered" if claims else "abstained",
        "reason": None if claims else "no_evidence",
        "claims": [*claims],
        "withheld": [*withheld],
        "usage": [],
        "notes": [],
        "calibrated": False,
        "searched": {"passages": [{"document": "hold"}, {"document": "reset"}, {"document": "hold"}]},
        **more,
    }


def ready(wire: dict[str, Any], owner: str = "Timing team") -> Copied:
    document = StoredDocument(
        "hold", "default", "Hold handbook", "", "", "text/markdown", {"owner": owner}, "r", "s", "f", "current", "", ""
    )
    return copied(wire, [document], BASE)


def written(form: str, wire: dict[str, Any], owner: str = "Timing team") -> str:
    return FORMS[form].write(ready(wire, owner))


FIRST = citation("a", "The hold margin is 15 ps.", page=12)
ROW = citation("b", "SS | 15", header="Corner | Margin")
OTHER = citation("c", "It is 12 ps.")
TWO = answer(
    claim("The margin is 15 ps.", FIRST, ROW, disputes=((OTHER, "It says 12 ps."),)),
    claim("It is so in SS.", ROW),
    withheld=(claim("The margin is 99 ps.", citation("d", "Never shown.")),),
)


def test_markdown_has_claims_with_marks_and_footnotes() -> None:
    place = "revision=9f3c000000000000&start=42#span"
    assert written("markdown", TWO) == (
        "**Question:** What is the margin?\n\n"
        "- The margin is 15 ps.[^1][^2] (supported 0.97, disputed)\n"
        "    - Says otherwise[^3]: It says 12 ps.\n"
        "- It is so in SS.[^2] (supported 0.97)\n\n"
        "Answered with 2 claims, 1 withheld.\n\n"
        "Drafted by local on 2026-11-22. The confidence is not calibrated for these documents. "
        f"[Kept here]({BASE}/a/ans_0123).\n\n"
        f"[^1]: From [Hold handbook]({BASE}/c/hold~aaaaaaaaaa?{place}), Hold checks › Margins, page 12, "
        "revision 9f3c000000000000, owned by Timing team: “The hold margin is 15 ps.”\n\n"
        f"[^2]: From [Hold handbook]({BASE}/c/hold~bbbbbbbbbb?{place}), Hold checks › Margins, "
        "revision 9f3c000000000000, owned by Timing team under “Corner \\| Margin”: “SS \\| 15”\n\n"
        f"[^3]: From [Hold handbook]({BASE}/c/hold~cccccccccc?{place}), Hold checks › Margins, "
        "revision 9f3c000000000000, owned by Timing team: “It is 12 ps.”\n"
    )


def test_plain_text_has_numbered_references() -> None:
    said = written("plain", TWO)
    assert "- The margin is 15 ps. [1][2]\n  (supported 0.97, disputed)\n  Says otherwise [3]: It says 12 ps.\n" in said
    assert (
        "[1] Hold handbook, Hold checks › Margins, page 12, revision 9f3c000000000000, owned by Timing team\n" in said
    )
    assert "    Corner | Margin\n    “SS | 15”\n    http://copy.example:8000/c/hold~bbbbbbbbbb?" in said


@pytest.mark.parametrize("form", FORMS)
def test_what_was_withheld_is_not_copied(form: str) -> None:
    said = written(form, TWO)
    assert "99 ps" not in said
    assert "Never shown" not in said


def test_code_is_quoted_line_by_line() -> None:
    code = "set_clock -a 1\n\n```\n  set_x 2"
    said = written("markdown", answer(claim("Set it.", citation("a", code))))
    assert said.endswith(":\n\n    ````\n    set_clock -a 1\n    \n    ```\n      set_x 2\n    ````\n")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "no_evidence",
            "No answer: nothing relevant enough was found in the documents. Searched were 3 passages of hold",
        ),
        ("low_confidence", "No answer: no claim held when it was checked. Searched were 3 passages of hold, reset."),
    ],
)
def test_silence_is_copied_as_silence(reason: str, said: str) -> None:
    silent = answer(withheld=(claim("The margin is 99 ps.", FIRST),), reason=reason)
    assert said in written("plain", silent)
    assert said in written("markdown", silent)
    assert "99" not in written("markdown", silent) + written("plain", silent)
    assert written("bibtex", silent).startswith("% No answer: no")
    assert "@" not in written("bibtex", silent)
    assert json.loads(written("csl-json", silent)) == []


def test_notes_are_copied() -> None:
    said = answer(claim("It is so.", FIRST), notes=["The model `local` is\nmissing."])
    assert "Note: The model \\`local\\` is missing.\n" in written("markdown", said)
    assert "Note: The model `local` is missing.\n" in written("plain", said)


def test_as_of_when_an_answer_was_given_is_copied() -> None:
    as_of = {"generation": 3, "committed_at": "2026-03-01T12:00:00+00:00", "outdated": []}
    said = answer(claim("It is so.", FIRST), as_of=as_of)
    for form in ("markdown", "plain"):
        assert "\n\nAs of generation 3 (2026-03-01).\n\n" in written(form, said)
        assert "As of" not in written(form, answer(claim("It is so.", FIRST)))


def test_csl_items_have_what_the_schema_has() -> None:
    items = json.loads(written("csl-json", TWO))
    jsonschema.validate(items, CSL)
    assert items[0] == {
        "id": "hold+aaaaaaaaaa+9f3c000000000000",
        "type": "document",
        "title": "Hold handbook",
        "author": [{"literal": "Timing team"}],
        "version": "9f3c000000000000",
        "section": "Hold checks › Margins",
        "locator": "12",
        "note": "Code points 42 to 67: “The hold margin is 15 ps.”",
        "URL": f"{BASE}/c/hold~aaaaaaaaaa?revision=9f3c000000000000&start=42#span",
        "accessed": {"date-parts": [[2026, 11, 22]]},
    }
    assert items[2]["note"].startswith("Says otherwise. Code points")


@pytest.mark.parametrize(
    "base", ["", "copy.example", "ftp://copy.example", "http://", "http://[", "http://x/?q=1", "javascript:x"]
)
def test_what_is_no_address_of_a_server_is_refused(base: str) -> None:
    with pytest.raises(BadInput, match="no address of a server"):
        copied(TWO, [], base)


def test_an_address_is_quoted() -> None:
    [first, *_] = copied(TWO, [], "https://copy.example/a (b)}/").references.values()
    assert first.url.startswith("https://copy.example/a%20%28b%29%7D/c/hold~")
    assert first.owner == ""


def test_keys_tell_documents_and_revisions_apart() -> None:
    ids = ["a.b~aaaaaaaaaa", "a-b~aaaaaaaaaa", "a_b~aaaaaaaaaa", "ä~aaaaaaaaaa", "a+5f+b~aaaaaaaaaa"]
    wire = answer(*(claim("So.", {**FIRST, "id": name}) for name in ids))
    keys = [one.key for one in ready(wire).references.values()]
    assert len(set(keys)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9.+-]+", key) for key in keys)


# What documents and askers write stays what they wrote.


@st.composite
def hostile_answers(draw: st.DrawFn) -> dict[str, Any]:
    cited = [
        citation(mark, draw(texts), draw(texts), header=draw(texts), section=draw(st.lists(texts, max_size=2)))
        for mark in "ab"
    ]
    other = (citation("c", draw(texts), draw(texts)), draw(texts))
    claims = [claim(draw(spoken), *cited, disputes=(other,)), claim(draw(spoken), cited[1])]
    return answer(*claims, question=draw(texts), notes=[draw(texts)])


def shown(inline: Any) -> str:
    """What a reader sees of a line of Markdown."""
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(one.type, one.content) for one in inline.children)


@given(hostile_answers(), texts)
def test_markdown_holds_no_link_picture_or_html_but_ours(wire: dict[str, Any], owner: str) -> None:
    ready_copy = ready(wire, owner)
    said = written("markdown", wire, owner)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(said)
    inlines = [one for one in tokens if one.type == "inline"]
    children = [child for one in inlines for child in one.children or ()]
    hrefs = [str(child.attrs["href"]) for child in children if child.type == "link_open"]
    assert hrefs == [ready_copy.url, *(one.url for one in ready_copy.references.values())]
    kinds = {one.type for one in tokens} | {child.type for child in children}
    ours = {"paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open"}
    ours |= {"list_item_close", "inline", "code_block", "text", "softbreak", "hardbreak", "link_open", "link_close"}
    assert kinds <= ours | {"strong_open", "strong_close"}
    assert sum(child.type == "strong_open" for child in children) == 1
    assert sum(one.type == "list_item_open" for one in tokens) == 3
    # nothing that a program which finds addresses in text would make a link of
    rest = "\n".join(one.content for one in inlines)
    for url in hrefs:
        rest = rest.replace(f"]({url})", "")
    assert not re.search(r"\w://|www\.", rest)
    assert "\x1b" not in said


@given(spoken)
def test_markdown_shows_the_text_itself(text: str) -> None:
    line = one_line(text)
    for around in ("{}", "- {}", "x {} y", "[^1]: From [{}](/a)"):
        [inline] = [
            one for one in MarkdownIt("commonmark").parse(around.format(as_markdown(line))) if one.type == "inline"
        ]
        expected = around.removeprefix("- ").replace("](/a)", "").replace("From [", "From ").format(line)
        assert shown(inline) == expected


@given(hostile_answers(), texts)
def test_plain_text_has_no_reference_but_ours(wire: dict[str, Any], owner: str) -> None:
    said = written("plain", wire, owner)
    assert re.findall(r"^\[(\d+)\]", said, re.M) == ["1", "2", "3"]
    assert sum(one.startswith("- ") for one in said.splitlines()) == 2
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", said)


class Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]


def parse_bibtex(source: str) -> list[Entry]:
    """Read entries as strictly as can be: nothing between them, each field in balanced braces, no field twice."""
    entries, at = [], 0
    while at < len(source):
        head = re.compile(r"@(\w+)\{([^\s,{}%#~\\]+),\n").match(source, at)
        assert head, source[at:]
        fields, at = {}, head.end()
        while not source.startswith("}\n", at):
            name = re.compile(r"  (\w+) = \{").match(source, at)
            assert name, source[at:]
            end = closing(source, name.end())
            assert name[1] not in fields
            fields[name[1]] = source[name.end() : end]
            assert source.startswith("},\n", end), source[end:]
            at = end + 3
        entries.append(Entry(head[1], head[2], fields))
        at += 2
        at += source.startswith("\n", at)
    return entries


def closing(source: str, at: int) -> int:
    """Where the brace that was opened before `at` is closed; to BibTeX a backslash before a brace means nothing."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
    return at - 1


UNTEX = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciigrave": "`",
    "textquotesingle": "'",
}


def untex(text: str) -> str:
    """What TeX shows of an escaped text; anything that would be more than a sign is an error."""
    shown = re.sub(r"\\(\w+)\{\}|\\([#$%&_])|([-,])\{\}", lambda m: UNTEX[m[1]] if m[1] else m[2] or m[3], text)
    bare = re.sub(r"\\\w+\{\}|\\[#$%&_]|[-,]\{\}", "", text)
    assert not re.search(r"[\\{}#$%&_~^<>|`']|--|,,", bare), bare
    return shown


@given(spoken)
def test_tex_shows_the_text_itself(text: str) -> None:
    assert untex(as_tex(text)) == one_line(text)


@given(hostile_answers(), texts)
def test_bibtex_reads_back_as_what_was_cited(wire: dict[str, Any], owner: str) -> None:
    references = list(ready(wire, owner).references.values())
    entries = parse_bibtex(written("bibtex", wire, owner))
    assert [(one.kind, one.key) for one in entries] == [("misc", one.key) for one in references]
    for entry, one in zip(entries, references, strict=True):
        assert untex(entry.fields["title"][1:-1]) == one.title
        assert untex(entry.fields.get("author", "{}")[1:-1]) == one.owner
        assert untex(entry.fields["note"].rpartition(": ``")[0].replace("``", "").replace("''", ""))
        assert entry.fields["note"].endswith(f"``{as_tex(one.quote)}''")
        assert entry.fields["url"] == one.url
        assert f"{one.start} to {one.end}" in entry.fields["note"]


@given(hostile_answers(), texts)
def test_csl_keeps_the_form(wire: dict[str, Any], owner: str) -> None:
    items = json.loads(written("csl-json", wire, owner))
    jsonschema.validate(items, CSL)
    for item, one in zip(items, wire["claims"][0]["citations"], strict=False):
        assert item["note"].replace("\u2060", "").endswith(f"“{one_line(one['exact'])}”".replace("\u2060", ""))


@given(hostile_answers(), texts)
def test_csl_holds_no_markup_and_no_fields_in_notes(wire: dict[str, Any], owner: str) -> None:
    for item in json.loads(written("csl-json", wire, owner)):
        said = [item["title"], item["version"], item.get("section", ""), item["note"]]
        said += [one["literal"] for one in item.get("author", [])]
        assert not [text for text in said if re.search(r"<[^\u2060]|\{:|[\n\r\x85\u2028\u2029]", text)]


def test_a_follow_up_says_what_it_was_understood_as() -> None:
    after = answer(
        claim("It is so.", FIRST), question="And at *SS*?", searched={"query": "What is it\nat *SS*?", "passages": []}
    )
    assert "**Question:** And at \\*SS\\*?\n\n**Understood as:** What is it at \\*SS\\*?\n" in written(
        "markdown", after
    )
    assert "Question: And at *SS*?\n\nUnderstood as: What is it at *SS*?\n" in written("plain", after)
    alone = answer(claim("It is so.", FIRST), searched={"query": "What is the margin?", "passages": []})
    assert "Understood" not in written("markdown", alone) + written("plain", alone)


def test_no_claim_becomes_the_meaning_of_a_term() -> None:
    assert as_markdown(": a meaning") == "\\: a meaning"
    assert "\n  \\: a meaning[^1]" in written("markdown", answer(claim("A term\n: a meaning", FIRST)))
