"""Mending a page before `unstructured` reads it, where its parser would lose or bend what a reader of the page sees.

It drops <details>, <figure> and <form> whole, joins the cells of layout tables into one text, sets spaces around
inline markup in table cells ("CO 2"), takes an item of several paragraphs for no item, and writes 10<sup>-9</sup> as
"10-9".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ingest.errors import LoadError
from ingest.load.assemble import prose
from ingest.load.tables import flat_text, grid, own_rows

_RETAGGED = {"details": "div", "summary": "p", "figure": "div", "figcaption": "p", "form": "div", "fieldset": "div"}
_DROPPED = """
    //script | //style | //noscript | //template | //nav | //svg | //dialog | //select | //textarea | //button
    | //*[@hidden or @aria-hidden="true"] | //*[contains(translate(@style, " ", ""), "display:none")]
    | //*[@role="navigation" or @role="contentinfo" or @role="search"]
    | //*[self::header[parent::body] or @role="banner"][not(.//h1)] | //body/footer | //body/div/footer
    | //a[contains(@class, "headerlink")] | //td[contains(@class, "linenos")]
    | //div[contains(@class, "sphinxsidebar") or contains(concat(" ", @class, " "), " related ")]
"""
_NAVIGATION = re.compile(r"(?<![^\s_-])(?:nav|navbar|menu|breadcrumbs?|sidebar|toc|footer)(?![^\s_-])", re.I)
_LAYOUT_MARKS = ".//table | .//pre | .//h1 | .//h2 | .//h3 | .//h4"
_MAX_DEPTH = 240  # at 256 the partitioner's parser would cut the page off without a word
_ROW_PARTS = ("thead", "tbody", "tfoot", "tr", "td", "th")


@dataclass(frozen=True, slots=True)
class Page:
    """A page ready for partitioning: its main content as HTML, and the text of its <title>."""

    html: str
    title: str


def clean(source: str, name: str) -> Page:
    """Take the main content out of a page and mend it. Raises LoadError("empty" or, for absurd nesting, "corrupt")."""
    from lxml import html  # type: ignore[import-untyped]

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    if not source.strip():
        raise LoadError("empty", f"{name} is empty. Remove it or put a page in its place.")
    root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    title = prose(" ".join(root.xpath("//head/title[1]//text()")))
    main = _main(root)
    if _depth(main) > _MAX_DEPTH:
        raise LoadError("corrupt", f"{name} nests over {_MAX_DEPTH} elements in each other. Simplify the page.")
    for step in (
        _drop,
        _drop_navigation,
        _retag,
        _unwrap_items,
        _mark_exponents,
        _flatten_code,
        _unwrap_layout,
        _rebuild_tables,
    ):
        step(main)
    return Page(html.tostring(main, encoding="unicode", method="html"), title)


def _depth(main: Any) -> int:
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(main, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(depth, deepest)
    return deepest


def _main(root: Any) -> Any:
    """The main part of a page, all of them in one where there are several, else its body."""
    from lxml import etree

    is_main = "self::main or @role='main'"
    found = root.xpath(f"//*[{is_main}][not(ancestor::*[{is_main}])]")
    if len(found) < 2:
        return (found or root.xpath("//body") or [root])[0]
    joined = etree.SubElement(root, "div")
    joined.extend(found)
    return joined


def _drop(main: Any) -> None:
    for element in main.xpath(_DROPPED):
        if element is not main and element.getparent() is not None:
            element.drop_tree()


def _drop_navigation(main: Any) -> None:
    """Drop what is named like a menu and is one: mostly links, not most of the page, without the page's title."""
    length = len(main.text_content())
    for element in main.xpath(".//*[@class or @id]"):
        is_named = _NAVIGATION.search(f"{element.get('class', '')} {element.get('id', '')}")
        if is_named and _is_mostly_links(element) and len(element.text_content()) < length / 2:
            element.drop_tree()


def _is_mostly_links(element: Any) -> bool:
    """Whether at least half of its text is in links or headings. A section whose id is made of its heading is none."""
    headings = element.xpath("descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]")
    if any(heading.tag == "h1" or _slug(heading.text_content()) == element.get("id") for heading in headings):
        return False
    linked = element.xpath(".//a[not(ancestor::h2 or ancestor::h3 or ancestor::h4 or ancestor::h5)]")
    length = len(prose(element.text_content()))
    return 2 * sum(len(prose(one.text_content())) for one in [*headings, *linked]) >= length


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def _retag(main: Any) -> None:
    for element in main.iter(*_RETAGGED):
        element.tag = _RETAGGED[element.tag]


def _unwrap_items(main: Any) -> None:
    """Make the first paragraph of a list item its text, as it is for an item without paragraphs."""
    for item in main.iter("li", "dd"):
        if len(item) and item[0].tag == "p" and not (item.text or "").strip():
            item[0].drop_tag()


def _mark_exponents(main: Any) -> None:
    """Write an exponent as ^-9, so that 10<sup>-9</sup> does not read 10-9; other raised text stays as it is."""
    for element in main.iter("sup"):
        text = prose(element.text_content())
        if text.lstrip("+-−–").isdecimal() and not element.xpath(".//a | ancestor::a"):
            element.text = f"^{element.text or ''}"


def _flatten_code(main: Any) -> None:
    for element in main.iter("pre"):
        text = flat_text(element, between="\n")
        for child in list(element):
            element.remove(child)
        element.text = text


def _unwrap_layout(main: Any) -> None:
    """Turn a table that only places things on the page into plain blocks."""
    layout = [table for table in main.iter("table") if _is_layout(table)]
    parts = [part for table in layout for part in table.iter(*_ROW_PARTS) if next(part.iterancestors("table")) is table]
    for element in (*layout, *parts):
        element.tag = "div"


def _is_layout(table: Any) -> bool:
    if table.get("role") == "presentation" or table.xpath(_LAYOUT_MARKS):
        return True
    return all(len(row.xpath("td | th")) < 2 for row in own_rows(table))


def _rebuild_tables(main: Any) -> None:
    from lxml import etree

    for table in main.iter("table"):
        laid = grid(table)
        captions = [flat_text(caption) for caption in table.iterchildren("caption")]
        tail = table.tail
        table.clear()
        table.tail = tail
        for caption in captions:
            etree.SubElement(table, "caption").text = caption
        for row in laid:
            line = etree.SubElement(table, "tr")
            for cell in row:
                etree.SubElement(line, "th" if cell.is_header else "td").text = cell.text
