"""Markup in every field that somebody else writes, in a real browser: nothing of it becomes an element or a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.chat.chat import Chat
from app.services import Services
from ingest.pipeline import ingest

pytestmark = pytest.mark.browser

IMAGE = "<img src=https://evil.example/x.png onerror=alert(1)>"
SCRIPT = "\"'><script>alert(2)</script>"
FORM = "</q></p></textarea></form><form action=https://evil.example><input autofocus onfocus=alert(3)>"
NAME = "a <svg onload=alert(4)> {{7*7}} reset.md"

DOCUMENT = f"""# Reset `{IMAGE}` rules

Calm words come first. The reset bridge `{SCRIPT}` holds the line `{FORM}` for two cycles exactly.
See [the rules](javascript:alert(5)) and ![a picture](https://evil.example/y.png) of the reset bridge.

The reset budget of `{FORM}` is 25 ps `{IMAGE}` at most.

## Under `{SCRIPT}`

| Signal `{IMAGE}` | Meaning |
| --- | --- |
| rst_n | the reset bridge `</td><script>alert(6)</script>` is active low |

    reset_bridge <iframe src=https://evil.example></iframe>
"""

MANIFEST = f"""[[document]]
id = "reset"
path = '{NAME}'
title = '''Reset {SCRIPT}'''
collection = '''{IMAGE}'''
owner = '''{FORM}'''
licence = '''{SCRIPT}'''
reviewed = '''{IMAGE}'''
reviewer = '''{SCRIPT}'''

[[document]]
id = "old"
path = "old.md"
title = '''Old {FORM}'''
superseded_by = "reset"
"""

OLD = "# Old\n\nThe first line is no matter. The old bridge waits for four cycles.\n"
GONE = f"# Gone `{SCRIPT}`\n\nNobody reads on. The bridge `{FORM}` of resets is gone.\n"

FOREIGN = """script:not([src^="/static/"]), img:not([src^="/c/"]), iframe, object, embed, base, svg:not(.sheet svg),
form[action^="http"], a[href^="javascript:"], [onerror], [onload], [onfocus], [onclick], [style]"""

KINDS = {"ins", ".paging", ".about-place dd:has-text('alert(2)')"}
KINDS |= {f".notice:has-text('{words}')" for words in ("was replaced by", "was retired on")}
"""What is to be seen on one of the pages at least: a diff, an answer's citations in turn, metadata, what became of it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any, opened_store: Any) -> Iterator[Services]:
    folder, path = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("site") / "store"
    (folder / "manifest.toml").write_text(MANIFEST)
    (folder / "old.md").write_text(OLD)
    (folder / "gone.md").write_text(GONE)
    for version in (DOCUMENT, DOCUMENT.replace("25 ps", f"30 ps `{SCRIPT}`")):
        (folder / NAME).write_text(version)
        ingest([folder], path, embedder=embedder, loader=direct)
        (folder / "gone.md").unlink(missing_ok=True)
    with opened_store(path, embedder) as built:
        yield built


@pytest.fixture(scope="module")
def url(site: Services, serving: Any) -> Iterator[str]:
    with serving(site) as port:
        yield f"http://127.0.0.1:{port}"


def look(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.locator(FOREIGN).evaluate_all("found => found.map((one) => one.outerHTML)") == []


def test_nothing_that_others_write_becomes_an_element(opening: Any, site: Services, url: str) -> None:
    chat = Chat(Path(site.settings.store))
    chat.channels.add("hostile", "ada", purpose=f"{SCRIPT}{IMAGE}")
    root = chat.messages.post("hostile", f"ada{IMAGE}", f"@you {SCRIPT} {FORM}", asks=False)
    chat.messages.post("hostile", "bob", f"{IMAGE} {FORM}", asks=False, root=root.id)
    failed = chat.messages.post("hostile", "bob", f"What is {IMAGE}?", asks=True)
    chat.messages.end_turn(failed.turns[-1], None, error=f"It failed: {SCRIPT}{FORM}")
    seen: set[str] = set()
    with opening("/in/hostile") as page:
        look(page)
        page.locator("#text").fill(f"What does the reset bridge {IMAGE} hold {SCRIPT} for two cycles? {FORM}")
        page.locator("#text").press("Enter")
        expect(page.locator(".actions")).to_have_count(1)
        assert page.locator("ol.claims > .claim, .withheld .claim").count() > 0
        look(page)
        page.locator(".to-source").first.click()
        page.wait_for_selector("#panel .viewer")
        look(page)
        answer = str(page.locator("a", has_text="Open").first.get_attribute("href"))
        paths = [
            f"/in/hostile/{root.id}",
            answer,
            "/documents",
            "/d/reset",
            "/d/gone",
            "/channels/new",
            "/in/hostile/settings",
        ]
        name = answer.rpartition("/")[2]
        for document, generation in (("reset", 2), ("reset", 1), ("old", 1), ("gone", 1)):
            spans = site.store.spans_at(document, generation)
            paths += [f"/c/{one.id}?revision={one.revision}&start={one.start}&answer={name}" for one in spans]
        for path in [*paths, f"/search?q={IMAGE}", f"/search?q={SCRIPT}", f"/in/{IMAGE}", f"/c/{SCRIPT}"]:
            page.goto(url + path)
            look(page)
            seen |= {kind for kind in KINDS if page.locator(kind).count()}
    assert seen == KINDS
    chat.close()
