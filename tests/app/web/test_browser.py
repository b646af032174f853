"""The page in a real browser: ask, watch the badges come, open a source, by keyboard, without an outside request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from app import answer as main_path
from app.services import Services
from app.types import Citation, Claim

pytestmark = pytest.mark.browser

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
REFUSED = "status of 422"
QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


WRONG = "A hold violation is caused by data that arrives 19 ps too early at the capturing flop."


def drafted(_question: str, evidence: Sequence[tuple[Any, Citation]], *_: Any) -> Iterator[Claim]:
    """A drafter that first cites another sentence for a number that is nowhere, then quotes the right one."""
    cited = {citation.span.text: citation for _, citation in evidence}
    if CAUSE in cited:
        other = next(one for text, one in cited.items() if text != CAUSE)
        yield Claim(WRONG, (other, cited[CAUSE]))
        yield Claim(CAUSE, (cited[CAUSE],), verbatim=True)


@pytest.fixture(scope="module")
def url(shared_services: Services, serving: Any) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, serving(shared_services) as port:
        patch.setattr(main_path, "draft_claims", drafted)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    """A page that fails the test when it complains, or when it asks anybody but the server."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.on("console", lambda message: complaints.extend([] if REFUSED in message.text else [message.text]))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend([] if request.url.startswith(url) else [request.url]))
        page.goto(url)
        yield page
        browser.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.wait_for_selector("#answer[aria-busy=false]")


def test_from_a_question_to_the_marked_source(page: Page) -> None:
    ask(page, QUESTION)
    assert page.locator(".status").inner_text() == "Answered with 1 claim, 1 withheld"
    first = page.locator("ol.claims > .claim").first
    assert first.locator(".badge").inner_text().startswith("quoted · relevance 0.")
    assert CAUSE in first.inner_text()
    first.locator(".chip").click()
    page.wait_for_selector("mark#span")
    assert page.locator("mark").all_text_contents() == [CAUSE]
    assert page.locator("mark").first.is_visible()
    assert page.locator(".where .badge").inner_text() == "current"


def test_the_kept_page_says_the_same_as_the_live_one(page: Page) -> None:
    ask(page, QUESTION)
    parts = [
        ".status",
        "ol.claims .text",
        ".chip",
        ".tip",
        ".badge",
        ".reason",
        ".parts",
        ".sources",
        ".near",
        ".facts",
    ]
    page.evaluate("for (const one of document.querySelectorAll('#answer details')) one.open = true")
    live = [page.locator(f".answer {part}").all_inner_texts() for part in parts]
    page.locator(".facts a").first.click()
    page.wait_for_url("**/a/ans_*")
    page.evaluate("for (const one of document.querySelectorAll('.answer details')) one.open = true")
    kept = [page.locator(f".answer {part}").all_inner_texts() for part in parts]
    assert [[" ".join(text.split()) for text in texts] for texts in kept] == [
        [" ".join(text.split()) for text in texts] for texts in live
    ]
    assert live[parts.index(".chip")] == ["1", "2", "1"]


def test_a_citation_shows_its_sentence_to_the_keyboard_too(page: Page) -> None:
    ask(page, QUESTION)
    chip = page.locator(".chip").first
    tip = page.locator(f"#{chip.get_attribute('aria-describedby')}")
    assert not tip.is_visible()
    page.locator("#question").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if chip.evaluate("one => one === document.activeElement"):
            break
    assert tip.is_visible()
    assert CAUSE in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_tooltip_can_be_put_away_on_the_kept_page_too(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".facts a").first.click()
    page.wait_for_url("**/a/ans_*")
    page.locator(".chip").first.focus()
    assert page.locator(".tip").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".tip").first.is_visible()


def test_the_form_as_it_stands_is_valid(page: Page) -> None:
    page.locator("#question").fill(QUESTION)
    page.locator("[name=min_confidence]").evaluate("one => { one.value = one.defaultValue = '0.62' }")
    assert page.evaluate("document.getElementById('ask').checkValidity()")


def test_a_spent_budget_is_said(page: Page) -> None:
    said = page.evaluate("headline({status: 'abstained', reason: 'budget', claims: [], withheld: []})")
    assert said == "No answer: the budget was spent before a claim held"


def test_withheld_claims_unfold_with_their_reason(page: Page) -> None:
    ask(page, QUESTION)
    reason = page.locator(".withheld .reason").first
    assert not reason.is_visible()
    page.locator(".withheld > summary").click()
    assert "19 ps" in reason.inner_text()
    assert page.locator(".withheld .badge").first.inner_text().startswith("unsupported")


def test_silence_lists_the_near_misses(page: Page) -> None:
    ask(page, "Who was the king of Sweden in 1520?")
    assert page.locator(".status").inner_text().startswith("No answer:")
    assert page.locator(".near li").count() > 0
    assert page.locator(".near li").first.is_visible()


def test_markup_in_a_question_makes_no_element(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> what is a hold violation caused by?")
    assert page.locator("#answer img").count() == 0


def test_a_refusal_is_said_on_the_page(page: Page) -> None:
    page.evaluate("document.querySelector('select').add(new Option('nonsense', 'nonsense', true, true))")
    ask(page, QUESTION)
    assert "nonsense" in page.locator("#answer .notice").inner_text()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_sticks_out_at_the_side(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".sources a").first.click()
    page.wait_for_selector("mark")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_supported_claim_that_is_withheld_stands_among_the_withheld(page: Page) -> None:
    page.evaluate(
        """() => {
            const view = new View(), claim = {text: 'It is.', citations: [], checks: []};
            view.sources({citations: []});
            view.claim({index: 0, claim});
            view.verdict({index: 0, claim: {...claim, label: 'supported', confidence: 0.9, reason: 'Off the point.'}});
        }"""
    )
    assert page.locator(".withheld .reason").all_text_contents() == ["Off the point."]
    assert page.locator("ol.claims > .claim").count() == 0
