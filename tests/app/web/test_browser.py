"""The chat in a real browser: ask, watch the badges come, open a source, by keyboard, on a phone, across a reload."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app import answer as main_path
from app.chat.chat import Chat
from app.services import Services
from app.types import Citation, Claim
from app.web.chat import PAGE

pytestmark = pytest.mark.browser

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
WRONG = "A hold violation is caused by data that arrives 19 ps too early at the capturing flop."
NAMES = count(1)


class Drafting:
    """A drafter that first cites another sentence for a number that is nowhere, then quotes the right one.

    It waits while it is held, so that a test sees what a reader sees before.
    """

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, _question: str, evidence: Sequence[tuple[Any, Citation]], *_: Any) -> Iterator[Claim]:
        cited = {citation.span.text: citation for _, citation in evidence}
        if CAUSE in cited:
            other = next(one for text, one in cited.items() if text != CAUSE)
            yield Claim(WRONG, (other, cited[CAUSE]))
            self.go_on.wait(30)
            yield Claim(CAUSE, (cited[CAUSE],), verbatim=True)


@pytest.fixture(scope="module")
def drafting() -> Drafting:
    return Drafting()


@pytest.fixture(scope="module")
def url(shared_services: Services, serving: Any, drafting: Drafting) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, serving(shared_services) as port:
        patch.setattr(main_path, "draft_claims", drafting)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def chat(shared_services: Services, url: str) -> Iterator[Chat]:
    opened = Chat(shared_services.settings.store)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def let_go(drafting: Drafting) -> Iterator[None]:
    """A test that fails while it holds the drafter does not hold up the next one."""
    yield
    drafting.go_on.set()


@pytest.fixture
def channel(chat: Chat) -> str:
    """The path of a channel in which nothing was said yet."""
    return f"/in/{chat.channels.add(f'test-{next(NAMES)}', 'ada').id}"


@pytest.fixture
def page(opening: Any, channel: str) -> Iterator[Page]:
    with opening(channel, viewport={"width": 1300, "height": 800}) as page:
        yield page


def ask(page: Page, question: str = QUESTION) -> None:
    answered = page.locator(".turn .actions").count()
    page.locator("#text").fill(question)
    page.locator("#text").press("Enter")
    expect(page.locator(".turn .actions")).to_have_count(answered + 1, timeout=15_000)  # the first one loads the models


def test_from_a_question_to_the_marked_source_beside_it(page: Page) -> None:
    ask(page)
    expect(page.locator(".status")).to_have_text("Answered with 1 claim, 1 withheld")
    claim = page.locator("ol.claims > .claim").first
    assert claim.locator(".badge").inner_text().startswith("quoted · relevance 0.")
    chip = claim.locator(".chip")
    chip.hover()
    expect(claim.locator(".tip")).to_be_visible()
    assert CAUSE in claim.locator(".tip").inner_text()
    chip.click()
    page.wait_for_selector("#panel mark#span")
    assert "".join(page.locator("#panel mark").all_text_contents()) == CAUSE
    expect(page.locator("#panel mark").first).to_be_in_viewport()
    expect(page.locator("#panel")).to_contain_text("current")
    assert page.url.endswith(page.evaluate("location.pathname"))
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(chip).to_be_focused()


def test_sources_come_first_and_each_badge_with_its_verdict(page: Page, drafting: Drafting) -> None:
    drafting.go_on.clear()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator(".reading summary")).to_have_text(re.compile("Reading . sentences"))
    expect(page.locator(".claim .badge")).to_have_text("unsupported 0.30")
    expect(page.locator(".actions")).to_have_count(0)
    drafting.go_on.set()
    expect(page.locator(".actions")).to_have_count(1)
    expect(page.locator("#told")).to_have_text("Answered with 1 claim, 1 withheld")


def test_a_reload_in_mid_answer_loses_nothing(page: Page, drafting: Drafting) -> None:
    drafting.go_on.clear()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator(".claim .badge.withheld")).to_have_count(1)
    page.reload()
    expect(page.locator(".claim .badge.withheld")).to_have_count(1)
    expect(page.locator(".reading summary")).to_be_visible()
    drafting.go_on.set()
    expect(page.locator(".actions")).to_have_count(1)
    assert page.locator("ol.claims > .claim").count() == 1
    assert page.locator(".message").count() == 1


def test_what_is_read_makes_room_for_the_first_claim_and_can_be_unfolded(page: Page, drafting: Drafting) -> None:
    drafting.go_on.clear()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator(".claim .badge.withheld")).to_have_count(1)
    expect(page.locator(".reading li").first).to_be_hidden()
    expect(page.locator(".progress")).to_have_attribute("data-waited", re.compile(r"\d+ s"))
    page.locator(".reading summary").click()
    expect(page.locator(".reading li").first).to_be_visible()


def test_what_was_begun_is_there_after_a_reload_and_gone_when_it_was_sent(page: Page, drafting: Drafting) -> None:
    page.locator("#text").fill("What is a hold")
    page.reload()
    expect(page.locator("#text")).to_have_value("What is a hold")
    ask(page)
    page.reload()
    expect(page.locator(".actions")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("")


def test_all_of_it_by_keyboard(page: Page) -> None:
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".actions")).to_have_count(1)
    chip = page.locator(".chip").first
    tip = page.locator(f"#{chip.get_attribute('aria-describedby')}")
    reach(page, chip, "Shift+Tab")
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel mark")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()
    reach(page, page.locator(".withheld > summary"), "Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".withheld .reason").first).to_be_visible()
    assert "19 ps" in page.locator(".withheld .reason").first.inner_text()
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("capturing")
    page.keyboard.press("Enter")
    expect(page.locator(".found a").first).to_have_text(QUESTION)


def reach(page: Page, target: Any, key: str) -> None:
    for _ in range(60):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("the keyboard does not get there")


def test_the_last_question_is_edited_with_the_up_key(page: Page) -> None:
    ask(page)
    page.locator("#text").press("ArrowUp")
    field = page.locator(".editing textarea")
    expect(field).to_be_focused()
    field.fill("  ")
    field.press("Enter")
    expect(page.locator(".editing .refused")).to_have_text("There is nothing written yet.")
    field.fill("What is a setup violation caused by?")
    field.press("Enter")
    expect(page.locator(".said")).to_have_text("What is a setup violation caused by?")
    expect(page.locator(".earlier summary")).to_have_text("Asked before in other words (1)")
    expect(page.locator(".actions")).to_have_count(1)


def test_a_thread_goes_on_from_its_question(page: Page) -> None:
    ask(page)
    page.locator("a.thread").click()
    page.wait_for_selector("h1 >> text=thread")
    ask(page, "What is a hold violation caused by, again?")
    assert page.locator(".message").count() == 2
    page.locator("h1 a").click()
    expect(page.locator("a.thread")).to_have_text("1 reply")


def test_others_messages_come_without_a_reload(page: Page, chat: Chat, channel: str) -> None:
    page.clock.install()
    page.reload()
    chat.messages.post(channel.removeprefix("/in/"), "ada", "The build is green.", asks=False)
    page.clock.fast_forward(16_000)
    expect(page.locator(".said")).to_have_text("The build is green.")
    expect(page.locator("#told")).to_have_text("One new message")


def test_feedback_is_noted_in_place(page: Page) -> None:
    ask(page)
    page.locator("button[value=up]").click()
    expect(page.locator("button[value=up]")).to_have_attribute("aria-pressed", "true")
    page.locator("ol.claims .report summary").click()
    page.locator("button[value='wrong_citation:0']").click()
    expect(page.locator("button[value='wrong_citation:0']")).to_have_attribute("aria-pressed", "true")
    assert page.locator("ol.claims .report summary").inner_text().startswith("Reported")
    page.locator("button[value=down]").click()
    expect(page.locator("button[value=up]")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator("button[value=down]")).to_have_attribute("aria-pressed", "true")


def test_silence_lists_the_near_misses(page: Page) -> None:
    ask(page, "Who was the king of Sweden in 1520?")
    assert page.locator(".status").inner_text().startswith("No answer:")
    expect(page.locator(".near li").first).to_be_visible()


def test_a_refusal_is_said_where_it_happens(page: Page) -> None:
    page.locator("#text").evaluate("one => one.removeAttribute('maxlength')")
    page.locator("#text").fill("x" * 8001)
    page.locator("#text").press("Enter")
    expect(page.locator(".composer .refused")).to_contain_text("8001 characters")
    assert page.locator("#text").input_value() == "x" * 8001
    ask(page)
    expect(page.locator(".composer .refused")).to_be_hidden()


def test_an_answer_is_copied_with_its_citations(opening: Any, channel: str, url: str) -> None:
    with opening(channel, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page)
        page.locator(".actions .menu summary").click()
        page.locator("a.copy", has_text="Markdown").click()
        expect(page.locator("#told")).to_have_text("Copied")
        assert CAUSE.split(".")[0] in page.evaluate("navigator.clipboard.readText()")
        page.locator("a.copy-link").click()
        expect(page.locator("a.copy-link")).to_have_attribute("data-done", "Copied")
        assert page.evaluate("navigator.clipboard.readText()").startswith(f"{url}/a/ans_")


@pytest.mark.parametrize("width", [320, 390, 700, 1000, 1300])
def test_nothing_sticks_out_at_the_side(opening: Any, channel: str, width: int) -> None:
    with opening(channel, viewport={"width": width, "height": 700}) as page:
        ask(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(".withheld > summary").click()
        for chip in page.locator(".chip").all():
            chip.hover()
            see_whole(page, chip)
        page.locator(".chip").first.click()
        page.wait_for_selector("#panel mark")
        expect(page.locator("#panel mark").first).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("#panel .close").click()
        expect(page.locator("#panel")).to_be_hidden()


def see_whole(page: Page, chip: Any) -> None:
    """The tooltip of a chip is whole in the window, nothing covers it, and the pointer gets to it."""
    tip = page.locator(f"#{chip.get_attribute('aria-describedby')}")
    expect(tip).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hidden = """tip => {
        const box = tip.getBoundingClientRect();
        const corners = [[box.left + 9, box.top + 9], [box.right - 9, box.top + 9],
                         [box.left + 9, box.bottom - 9], [box.right - 9, box.bottom - 9]];
        return corners.filter(([x, y]) => !tip.contains(document.elementFromPoint(x, y)));
    }"""
    assert tip.evaluate(hidden) == []
    start, end = chip.bounding_box(), tip.bounding_box()
    assert start
    assert end
    if page.viewport_size and page.viewport_size["width"] > 640:
        across = min(start["x"] + 8, end["x"] + end["width"] - 8)
        page.mouse.move(across, end["y"] + end["height"] / 2, steps=20)
        expect(tip).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1300])
def test_axe_finds_nothing_wrong(opening: Any, channel: str, scheme: str, width: int) -> None:
    with opening(channel, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        found = look(page, "empty channel")
        ask(page)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.locator("#text").focus()
        page.wait_for_timeout(400)
        found += look(page, "answered")
        page.locator(".chip").first.click()
        page.wait_for_selector("#panel mark")
        found += look(page, "with the source beside it")
        page.keyboard.press("Escape")
        answer = page.locator("a", has_text="Open").first.get_attribute("href")
        for path in (
            answer,
            "/documents",
            "/help",
            "/feedback",
            "/d/hold",
            "/search?q=hold",
            "/channels/new",
            "/in/nowhere",
        ):
            page.goto(origin(page) + path)
            found += look(page, path)
        assert not found, "\n".join(found)


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def look(page: Page, where: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA, and its best practices."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{where}: {one['id']}: {node['target']}: {node['failureSummary']}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


def test_the_page_weighs_less_than_100_kb(opening: Any, channel: str) -> None:
    with opening(channel) as page:
        page.wait_for_load_state("networkidle")
        loaded = page.evaluate(
            "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).map((one) => one.decodedBodySize)"
        )
    assert len(loaded) >= 7
    assert min(loaded) > 0
    assert sum(loaded) < 100_000


def say_all(chat: Chat, channel: str, *texts: str, author: str = "ada", asks: bool = False) -> None:
    for text in texts:
        chat.messages.post(channel.removeprefix("/in/"), author, text, asks=asks)


def test_eight_open_questions_leave_the_page_quick(opening: Any, channel: str, chat: Chat, drafting: Drafting) -> None:
    say_all(chat, channel, *[QUESTION] * 8, author="you", asks=True)
    drafting.go_on.clear()
    with opening() as page:
        streams: list[str] = []
        page.on("request", lambda one: streams.append(one.url) if one.url.endswith("/events") else None)
        page.goto(origin(page) + channel)
        expect(page.locator("[data-events]")).to_have_count(8)
        page.wait_for_timeout(500)
        assert len(set(streams)) == 2
        page.locator("#text").fill("Meanwhile, a note.")
        page.locator("button[value=note]").click()
        expect(page.locator(".said").last).to_have_text("Meanwhile, a note.", timeout=2000)
        drafting.go_on.set()
        expect(page.locator(".turn .actions")).to_have_count(8)


def test_what_was_asked_before_comes_no_more_under_what_is_asked_now(page: Page, drafting: Drafting) -> None:
    page.evaluate("""() => {
        const Real = EventSource;
        window.streams = [];
        window.EventSource = class extends Real {
            constructor(url) { super(url); streams.push(this); }
        };
    }""")
    drafting.go_on.clear()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator(".claim .badge.withheld")).to_have_count(1)
    page.locator("#text").press("ArrowUp")
    page.locator(".editing textarea").fill("Who was the king of Sweden in 1520?")
    page.locator(".editing button").click()
    expect(page.locator(".said")).to_have_text("Who was the king of Sweden in 1520?")
    expect(page.locator("details.editing")).not_to_have_attribute("open", "")
    page.wait_for_function("streams.length === 2")
    assert page.evaluate("streams[0].readyState") == 2
    drafting.go_on.set()
    expect(page.locator(".status")).to_contain_text("No answer")
    expect(page.locator(".claim")).to_have_count(0)


def next_news(page: Page) -> None:
    with page.expect_response(lambda one: "/news" in one.url):
        page.clock.fast_forward(16_000)


def test_news_wipe_nothing_that_is_being_typed_and_unfold_nothing(page: Page, chat: Chat, channel: str) -> None:
    page.clock.install()
    page.reload()
    ask(page)
    page.locator(".editing summary").click()
    page.locator(".editing textarea").fill("What is being typed")
    page.locator(".withheld > summary").click()
    page.locator(".claim .report summary").first.click()
    opened = page.locator("details[open]").count()
    [message] = chat.messages.page(channel.removeprefix("/in/"), 9)
    chat.messages.post(channel.removeprefix("/in/"), "ada", "A reply.", asks=False, root=message.id)
    say_all(chat, channel, "The build is green.")
    next_news(page)
    expect(page.locator("#told")).to_have_text("One new message")
    expect(page.locator(".message")).to_have_count(2)
    assert page.locator(".editing textarea").input_value() == "What is being typed"
    page.locator(".editing textarea").fill(QUESTION)
    page.locator("#text").focus()
    page.evaluate("document.querySelector('#told').textContent = ''")
    page.evaluate("document.querySelector('.message').dataset.old = 'yes'")
    next_news(page)
    expect(page.locator(".message[data-old]")).to_have_count(0)
    assert page.locator("details[open]").count() == opened
    assert page.locator("#told").text_content() == ""


def test_what_changes_in_an_older_message_is_no_new_message(page: Page, chat: Chat, channel: str) -> None:
    say_all(chat, channel, *[f"Note {number}." for number in range(20)])
    oldest = chat.messages.page(channel.removeprefix("/in/"), 20)[0]
    page.clock.install()
    page.reload()
    expect(page.locator(".message")).to_have_count(PAGE)
    chat.messages.edit(oldest.id, "ada", "Note 0, in other words.")
    say_all(chat, channel, "Note 20.")
    next_news(page)
    expect(page.locator(".said").last).to_have_text("Note 20.")
    expect(page.locator(".message")).to_have_count(PAGE + 1)
    page.locator("#earlier a").click()
    expect(page.locator(".said").first).to_have_text("Note 0, in other words.")
    assert page.locator("#messages").get_attribute("data-news") is None
    page.locator("#text").fill("Note 21.")
    page.locator("button[value=note]").click()
    page.wait_for_url(f"**{channel}")
    expect(page.locator(".said").last).to_have_text("Note 21.")


def test_keys_leave_what_is_being_written_alone(page: Page, chat: Chat, channel: str) -> None:
    page.locator("#text").fill("half a question")
    page.locator("#text").press("Alt+ArrowUp")
    page.locator("#search").press("Alt+ArrowUp")
    page.wait_for_timeout(300)
    assert page.url.endswith(channel)
    page.locator("#text").fill("")
    page.locator("#text").press("Alt+ArrowUp")
    page.wait_for_url(lambda url: not url.endswith(channel))
    page.evaluate("document.querySelector('#places').remove()")
    page.keyboard.press("Control+k")  # a page that complains fails its test


def test_escape_closes_one_thing_at_a_time(page: Page) -> None:
    ask(page)
    chip = page.locator("ol.claims .chip").first
    chip.click()
    page.wait_for_selector("#panel mark")
    page.locator(".actions .menu summary").click()
    page.locator("a.copy").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("a.copy").first).to_be_hidden()
    expect(page.locator(".actions .menu summary")).to_be_focused()
    expect(page.locator("#panel")).to_be_visible()
    chip.focus()
    page.keyboard.press("Escape")
    expect(page.locator("ol.claims .tip").first).to_be_hidden()
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_on_a_phone_the_source_has_the_focus_to_itself(opening: Any, channel: str) -> None:
    with opening(channel, viewport={"width": 390, "height": 700}) as page:
        ask(page)
        page.locator(".chip").first.click()
        page.wait_for_selector("#panel mark")
        for _ in range(25):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate("!document.activeElement.closest('main, .sidebar, .skip')")
            assert page.evaluate(COVERED) is False
        page.set_viewport_size({"width": 1200, "height": 700})
        expect(page.locator("main")).not_to_have_attribute("inert", "")  # a moment after it was resized
        page.set_viewport_size({"width": 390, "height": 700})
        page.locator("#panel .close").click()
        expect(page.locator(".chip").first).to_be_focused()


COVERED = """() => {
    const one = document.activeElement;
    if (!one.matches('#panel a, #panel pre, #panel .wide')) return false;
    const box = one.getClientRects()[0];
    const there = document.elementFromPoint(box.left + 2, box.top + 2);
    return !(one.contains(there) || there.contains(one));
}"""


def test_the_focus_goes_where_its_claim_goes(page: Page, drafting: Drafting) -> None:
    drafting.go_on.clear()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator(".claim .badge.withheld")).to_have_count(1)
    chip = page.locator(".claim .chip").first
    chip.click()
    page.wait_for_selector("#panel mark")
    chip.focus()
    drafting.go_on.set()
    expect(page.locator(".actions")).to_have_count(1)
    assert page.evaluate("document.activeElement.matches('.turn')")  # its claim is folded away among the withheld
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator(".message")).to_be_focused()


def test_without_a_script_the_answer_is_asked_for_by_a_link(
    opening: Any, channel: str, chat: Chat, drafting: Drafting
) -> None:
    drafting.go_on.clear()
    with opening(channel, java_script_enabled=False) as page:
        page.locator("#text").fill(QUESTION)
        page.locator("button.ask").click()
        expect(page.locator("[aria-busy]")).to_have_count(1)
        assert page.locator("meta[http-equiv]").count() == 0
        drafting.go_on.set()
        for _ in range(40):
            if page.locator(".actions").count():
                break
            page.wait_for_timeout(100)
            page.locator("a", has_text="Look again for the answer").click()
        expect(page.locator(".actions")).to_have_count(1)
        expect(page.locator("button.print")).to_be_hidden()


def test_paper_shows_what_is_folded_away(page: Page) -> None:
    ask(page)
    ask(page, "Who was the king of Sweden in 1520?")
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.locator(".message").first.locator(".actions .menu summary").click()
    page.locator("button.print").first.click()
    page.emulate_media(media="print", color_scheme="dark")
    first = page.locator(".message").first
    expect(first.locator(".sources li").first).to_be_visible()
    expect(first.locator(".withheld .claim").first).to_be_visible()
    expect(page.locator(".message").last).to_be_hidden()
    for hidden in (".sidebar", "#composer", ".actions .menu", ".report"):
        expect(page.locator(hidden).first).to_be_hidden()
    colours = first.locator(".chip").first.evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(first.locator(".withheld .claim").first).to_be_hidden()
    page.goto(origin(page) + str(first.locator("a", has_text="Open").get_attribute("href")))
    expect(page.locator(".actions > button.print")).to_be_visible()


def test_what_the_panel_cannot_show_is_said_in_the_panel(page: Page) -> None:
    ask(page)
    chip = page.locator(".chip").first
    chip.evaluate("one => one.href = '/c/spn_nowhere'")
    before = page.url
    chip.click()
    expect(page.locator("#panel .notice")).to_be_visible()
    assert "<" not in str(page.locator("#told").text_content())
    assert page.url == before


def test_on_a_phone_what_is_unread_is_counted_and_the_channels_close_again(
    opening: Any, channel: str, chat: Chat
) -> None:
    other = f"/in/{chat.channels.add(f'test-{next(NAMES)}', 'ada').id}"
    with opening(other, viewport={"width": 390, "height": 700}) as page:
        page.clock.install()
        page.reload()
        badge = page.locator(".sidebar > .to-places .count")
        before = int(badge.locator(".many").text_content() or 0)
        say_all(chat, channel, "One.", "Two.")
        next_news(page)
        expect(badge.locator(".many")).to_have_text(str(before + 2))
        expect(badge).to_be_visible()
        page.reload()
        expect(badge.locator(".many")).to_have_text(str(before + 2))
        page.locator("a[href='#places']").click()
        expect(page.locator(f"#channels a[href='{channel}'] .many")).to_have_text("2")
        page.locator("#places a", has_text="Close").click()
        page.mouse.wheel(0, 4000)
        expect(page.locator("a[href='#places']")).to_be_in_viewport()
        expect(page.locator("#search")).to_be_hidden()


def test_the_first_message_on_the_page_may_be_new(page: Page, chat: Chat, channel: str) -> None:
    say_all(chat, channel, *[f"Note {number}." for number in range(20)])
    page.reload()
    expect(page.locator("#messages > :first-child")).to_have_text("New from here on")
