"""Questions in Slack, from the mention to the whole answer, and what is done with it there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pytest

from app import answer as main_path
from app.chat.chat import Chat
from app.chat.schema import slack_replies
from app.chat.slack import Reply
from app.chat.types import WHOLE_ANSWER
from app.slack.windows import HELP

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


def until(is_so: Callable[[], Any]) -> None:
    """Wait for what comes about within the process, where nobody is told of it."""
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Slowly:
    """Stands around the drafting: a claim comes only when the test lets it."""

    def __init__(self, draft: Callable[..., Iterator[Any]]) -> None:
        self.claims, self._draft = threading.Semaphore(0), draft
        self.calls = 0

    def draft(self, *arguments: Any) -> Iterator[Any]:
        self.calls += 1
        for claim in self._draft(*arguments):
            self.claims.acquire(timeout=15)
            yield claim


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slowly]:
    stood_in = Slowly(main_path.draft_claims)
    monkeypatch.setattr(main_path, "draft_claims", stood_in.draft)
    yield stood_in
    for _ in range(50):
        stood_in.claims.release()


def said(block_kit: Any, body: dict[str, Any]) -> str:
    return "\n".join(block_kit.texts(body["blocks"]))


def value_of(block_kit: Any, body: dict[str, Any], action: str) -> str:
    buttons = block_kit.parts(body["blocks"], "button")
    return next(one["value"] for one in buttons if one["action_id"] == action)


def test_a_mention_is_answered_in_its_thread_with_badges_and_links(world: Any, slack: Any, block_kit: Any) -> None:
    response = world.mention(QUESTION)
    assert (response.status_code, response.get_data()) == (200, b"")
    final = slack.final()
    [placeholder] = slack.of("chat.postMessage")
    assert placeholder["text"] == "Searching…"
    assert (placeholder["channel"], placeholder["thread_ts"]) == (world.CHANNEL, "1699999999.000100")
    assert not placeholder["unfurl_links"]
    assert final["channel"] == world.CHANNEL
    shown = said(block_kit, final)
    assert CAUSE in shown
    assert "quoted · relevance 0." in shown
    assert "The confidence is not calibrated" in shown
    [first, *_] = block_kit.parts(final["blocks"], "link")
    assert first["text"] == "[1]"
    assert first["url"].startswith("https://verispan.example.org/c/hold~")
    here = world.app.test_client().get(first["url"].removeprefix("https://verispan.example.org"))
    assert "arrives too early" in here.get_data(as_text=True)
    for body in [placeholder, *slack.of("chat.update")]:
        block_kit.message(body)


def test_the_answer_is_linked_and_kept(world: Any, slack: Any, block_kit: Any) -> None:
    world.mention(QUESTION)
    url = block_kit.parts(slack.final()["blocks"], "link")[-1]["url"]
    page = world.app.test_client().get(url.removeprefix("https://verispan.example.org"))
    assert page.status_code == 200
    assert QUESTION in page.get_data(as_text=True)
    [message] = world.chat.messages.of_author(f"slack-{world.USER}", 10)
    assert (message.channel, message.text) == (f"slack-{world.TEAM}-{world.CHANNEL}", QUESTION)
    assert world.chat.channels.get_or_none(message.channel).kind == "slack"


def test_sources_then_verdicts_are_shown_while_it_is_drafted(
    world: Any, slack: Any, slowly: Slowly, block_kit: Any
) -> None:
    world.mention(QUESTION)
    slack.wait_for(lambda: any("Reading Hold checks" in said(block_kit, one) for one in slack.of("chat.update")))
    slowly.claims.release()
    slack.wait_for(lambda: any(CAUSE in said(block_kit, one) for one in slack.of("chat.update")))
    assert "feedback" not in json.dumps(slack.of("chat.update")), "the answer is not whole yet"
    for _ in range(10):
        slowly.claims.release()
    slack.final()
    times = [call.at for call in slack.calls if call.method == "chat.update"]
    assert all(later - earlier > 0.9 for earlier, later in pairwise(times[:-1])), times


def test_it_is_acknowledged_at_once_however_long_all_else_takes(world: Any, slack: Any, slowly: Slowly) -> None:
    slack.held["chat.postMessage"] = threading.Event()
    began = time.monotonic()
    assert world.mention(QUESTION).status_code == 200
    assert world.command("How many flops has a reset synchroniser?").status_code == 200
    assert time.monotonic() - began < 1
    slack.held.pop("chat.postMessage").set()


def test_a_retry_is_served_once_also_at_the_same_time(world: Any, slack: Any) -> None:
    event = {
        "type": "app_mention",
        "user": world.USER,
        "text": f"<@{world.BOT}> {QUESTION}",
        "ts": "1699999999.000100",
        "channel": world.CHANNEL,
    }
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(
                world.event, event, "EvSame", X_Slack_Retry_Num=str(number), X_Slack_Retry_Reason="http_timeout"
            )
            for number in range(8)
        ]
    assert {one.result().status_code for one in sent} == {200}
    slack.final()
    assert len(slack.of("chat.postMessage")) == 1
    assert len(world.chat.messages.of_author(f"slack-{world.USER}", 10)) == 1


def test_a_retry_after_a_restart_is_known(worlds: Any, slack: Any) -> None:
    first = worlds()
    first.mention(QUESTION)
    slack.final()
    first.close()
    worlds().mention(QUESTION)
    assert len(slack.of("chat.postMessage")) == 1


def test_what_could_not_be_kept_is_new_when_it_comes_again(
    world: Any, slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("app.chat.slack.post_within", lambda *_, **__: 1 / 0)
        response = world.mention(QUESTION)
    assert (response.status_code, response.get_json()["error"]["code"]) == (503, "busy")
    world.mention(QUESTION)
    slack.final()


def test_a_mention_in_the_thread_follows_up_also_after_a_restart(worlds: Any, slack: Any, block_kit: Any) -> None:
    first = worlds()
    first.mention(QUESTION)
    slack.final()
    first.close()
    second = worlds()
    second.mention("How is it mended?", "Ev02", "1699999999.000200", thread_ts="1699999999.000100")
    assert "Understood as: How is a hold violation mended?" in said(block_kit, slack.final(2))
    later, earlier = second.chat.messages.of_author(f"slack-{second.USER}", 10)
    assert (later.root, earlier.root) == (earlier.id, None)
    assert second.chat.messages.answer_before(later) == earlier.turns[-1].answer_id
    assert {one["thread_ts"] for one in slack.of("chat.postMessage")} == {"1699999999.000100"}


def test_a_direct_message_is_answered_and_its_thread_followed_without_a_mention(
    world: Any, slack: Any, block_kit: Any
) -> None:
    world.direct(QUESTION)
    slack.final()
    world.direct("How is it mended?", "Ev02", "1699999999.000200", thread_ts="1699999999.000100")
    assert "Understood as: How is a hold violation mended?" in said(block_kit, slack.final(2))
    later, earlier = world.chat.messages.of_author(f"slack-{world.USER}", 10)
    assert later.root == earlier.id


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B01"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"user": "U0BOTVERI"},
        {"channel_type": "channel"},
        {"text": None},
        {"user": "not an id"},
        {"ts": 5},
    ],
)
def test_what_no_person_asks_is_passed_over(world: Any, slack: Any, more: dict[str, Any]) -> None:
    assert world.event(world.written(QUESTION) | more).status_code == 200
    assert not world.chat.messages.of_author(f"slack-{world.USER}", 10)
    world.direct(QUESTION, "Ev02")
    slack.final()
    assert len(slack.of("chat.postMessage")) == 1


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_with_a_file_or_shown_outside_its_thread_asks_too(world: Any, slack: Any, subtype: str) -> None:
    world.direct(QUESTION, subtype=subtype)
    slack.final()


@pytest.mark.parametrize(("text", "told"), [("", HELP), ("  \n ", HELP), ("w" * 8001, "8000 characters")])
def test_what_is_no_question_gets_a_line_of_help(world: Any, slack: Any, text: str, told: str) -> None:
    world.mention(text)
    slack.wait_for(lambda: slack.of("chat.postMessage"))
    assert told in slack.of("chat.postMessage")[0]["text"]
    assert not world.chat.messages.of_author(f"slack-{world.USER}", 10)


def test_a_command_is_acknowledged_to_its_user_and_answered_in_the_channel(
    world: Any, slack: Any, block_kit: Any
) -> None:
    told = world.command(QUESTION).get_json()
    assert (told["response_type"], QUESTION in str(told["blocks"])) == ("ephemeral", True)
    final = slack.final()
    assert f"Question: {QUESTION}" in block_kit.texts(final["blocks"])
    [posted] = slack.of("chat.postMessage")
    assert "thread_ts" not in posted
    world.mention("How is it mended?", "Ev02", "1700000001.0", thread_ts=final["ts"])
    assert "Understood as: How is a hold violation mended?" in said(block_kit, slack.final(2))
    later, earlier = world.chat.messages.of_author(f"slack-{world.USER}", 10)
    assert later.root == earlier.id, "the command's answer began a thread"


def test_where_the_bot_may_not_post_the_command_is_answered_to_its_user_alone(
    world: Any, slack: Any, block_kit: Any
) -> None:
    slack.answers["chat.postMessage"] = [(200, {}, {"ok": False, "error": "not_in_channel"})]
    world.command(QUESTION)
    until(lambda: slack.of("x"))
    [told] = slack.of("x")
    assert (told["response_type"], CAUSE in said(block_kit, told)) == ("ephemeral", True)
    block_kit.message(told)
    assert not slack.of("chat.update")
    until(lambda: not world.chat.slack.owed())


def test_an_empty_command_gets_help(world: Any, slack: Any) -> None:
    assert world.command(" ").get_json()["text"] == HELP


def test_a_source_opens_in_a_window(world: Any, slack: Any, block_kit: Any) -> None:
    world.mention(QUESTION)
    value = value_of(block_kit, slack.final(), "source-1")
    assert world.click({"type": "button", "action_id": "source-1", "value": value}).status_code == 200
    slack.wait_for(lambda: slack.of("views.open"))
    [opened] = slack.of("views.open")
    assert opened["trigger_id"] == "12466734323.1395872398"
    block_kit.view(opened["view"])
    shown = said(block_kit, opened["view"])
    for told in (CAUSE, "Document: Hold checks", "Status: unchanged", "Revision: ", "Owner: –", "Page: –"):
        assert told in shown


@pytest.mark.slow
def test_a_source_that_has_been_changed_since_says_so(
    worlds: Any, slack: Any, block_kit: Any, ingested: Any, services: Any
) -> None:
    world = worlds(services)
    world.mention(QUESTION)
    value = value_of(block_kit, slack.final(), "source-1")
    file = ingested.folder / "hold.md"
    file.write_text(file.read_text("utf-8").replace("too early at the capturing", "much too early at any"), "utf-8")
    ingested.again()
    world.click({"type": "button", "action_id": "source-1", "value": value})
    slack.wait_for(lambda: slack.of("views.open"))
    assert "Status: changed since" in said(block_kit, slack.of("views.open")[0]["view"])


@pytest.mark.slow
def test_a_source_that_holds_no_longer_says_so(
    worlds: Any, slack: Any, block_kit: Any, ingested: Any, services: Any
) -> None:
    world = worlds(services)
    world.mention(QUESTION)
    value = value_of(block_kit, slack.final(), "source-1")

    reset = '[[document]]\nid = "r"\npath = "reset.md"\n'
    hold = '[[document]]\nid = "hold"\npath = "hold.md"\n'

    def opened(manifest: str) -> str:
        (ingested.folder / "manifest.toml").write_text(manifest, "utf-8")
        ingested.again()
        slack.calls.clear()
        world.click({"type": "button", "action_id": "source-1", "value": value}, str(hash(manifest)))
        slack.wait_for(lambda: slack.of("views.open"))
        view = slack.of("views.open")[0]["view"]
        block_kit.view(view)
        return said(block_kit, view)

    assert "This document was replaced by Reset synchronisers." in opened(f'{hold}superseded_by = "r"\n{reset}')
    assert "It was valid until 2020-02-01." in opened(f'{hold}valid_until = "2020-02-01"\n{reset}')
    (ingested.folder / "hold.md").unlink()
    assert "This document was retired on 2" in opened(reset)


@pytest.mark.parametrize("value", ["ans_none 1", "ans_none", "", "{answer} 99", "{answer} ²", "{answer} -1"])
def test_a_source_that_is_not_there_is_said_not_to_be(world: Any, slack: Any, block_kit: Any, value: str) -> None:
    world.mention(QUESTION)
    answer = value_of(block_kit, slack.final(), "source-1").split()[0]
    world.click({"type": "button", "action_id": "source-7", "value": value.format(answer=answer)})
    slack.wait_for(lambda: slack.of("views.open"))
    assert slack.of("views.open")[0]["view"]["title"]["text"] == "Not shown"


FALCON = "How many power domains has the falcon die?"
NINETEEN = "The falcon die has nineteen power domains."


def test_slack_sees_the_sources_of_its_collections_alone(worlds: Any, shop: Any, slack: Any, block_kit: Any) -> None:
    worlds(shop.services, slack_collections="secret, one-more").mention(FALCON)
    final = slack.final()
    source, up = (value_of(block_kit, final, name) for name in ("source-1", "feedback-up"))
    part = worlds(shop.services, slack_collections="open, one-more")
    part.click({"type": "button", "action_id": "source-1", "value": source})
    part.click({"type": "button", "action_id": "withheld", "value": source.split()[0]}, "a.second")
    part.click({"type": "button", "action_id": "feedback-up", "value": up}, "a.third")
    slack.wait_for(lambda: len(slack.of("views.open")) == 2 and slack.of("x"))
    for opened in slack.of("views.open"):
        assert opened["view"]["title"]["text"] == "Not shown"
        assert "falcon" not in json.dumps(opened)
    assert "holds no answer" in slack.of("x")[0]["text"]
    assert not part.chat.feedback.all()


def test_slack_is_answered_from_its_collections_alone(worlds: Any, shop: Any, slack: Any, block_kit: Any) -> None:
    for number, (seen, question, told) in enumerate(
        [("open", QUESTION, True), ("open", FALCON, False), ("secret", FALCON, True), ("*", FALCON, True)], 1
    ):
        world = worlds(shop.services, slack_collections=seen)
        world.mention(question, f"Ev{number}", f"169999999{number}.000100")
        answer = said(block_kit, slack.final(number))
        assert (("too early at the flop" if question == QUESTION else NINETEEN) in answer) is told
        assert not (seen == "open" and "falcon" in answer), "nor among what was searched"


@pytest.mark.slow
def test_what_was_made_of_more_than_slack_may_see_now_is_not_told(
    worlds: Any, shop: Any, slack: Any, block_kit: Any
) -> None:
    slack.declines["chat.update"] = lambda _: "token_revoked"
    first = worlds(shop.services, slack_collections="*")
    first.mention(FALCON)
    until(lambda: slack.of("chat.update") and not first.chat.messages.unanswered() and not first.replies._making)
    first.close()
    slack.declines.clear()
    slack.calls.clear()
    second = worlds(shop.services, slack_collections="open")
    second.slack_app.start()
    until(lambda: slack.of("chat.update") and not second.chat.slack.owed())
    assert "nineteen" not in json.dumps(slack.of("chat.update"))
    assert "There is no answer" in slack.of("chat.update")[-1]["text"]


def test_a_channel_of_slack_is_bound_to_nothing_by_its_name(worlds: Any, shop: Any, slack: Any, block_kit: Any) -> None:
    world = worlds(shop.services, slack_collections="open")
    world.chat.channels.add(world.CHANNEL.lower(), "eve", collection="secret")
    world.mention(FALCON)
    assert "falcon" not in said(block_kit, slack.final())
    mine = world.chat.channels.get_or_none(f"slack-{world.TEAM}-{world.CHANNEL}")
    assert (mine.kind, mine.owner, mine.collection, mine.model, mine.min_confidence) == ("slack", "", "", "", None)


def test_feedback_is_kept_and_confirmed_to_its_user_alone(world: Any, slack: Any, block_kit: Any) -> None:
    world.mention(QUESTION)
    final = slack.final()
    up = value_of(block_kit, final, "feedback-up")
    world.click({"type": "button", "action_id": "feedback-up", "value": up})
    [menu] = block_kit.parts(final["blocks"], "overflow")
    wrong = menu["options"][0]
    world.click({"type": "overflow", "action_id": "feedback", "selected_option": wrong}, "another.trigger")
    kept = {(one.user, one.claim, one.kind) for one in world.chat.feedback.all()}
    user = f"slack-{world.USER}"
    assert kept == {(user, WHOLE_ANSWER, "up"), (user, WHOLE_ANSWER, "wrong_citation")}
    slack.wait_for(lambda: len(slack.of("x")) == 2)
    told = {(one["response_type"], one["replace_original"], one["thread_ts"]) for one in slack.of("x")}
    assert told == {("ephemeral", False, "1699999999.000100")}, "in the thread, where it is seen"


def test_a_click_that_is_sent_twice_counts_once(world: Any, slack: Any, block_kit: Any) -> None:
    world.mention(QUESTION)
    up = value_of(block_kit, slack.final(), "feedback-up")
    for _ in range(2):
        world.click({"type": "button", "action_id": "feedback-up", "value": up})
    assert len(world.chat.feedback.all()) == 1, "taken back by the second, which was a replay"


@pytest.mark.parametrize("value", ["ans_none up", "{answer} great", "{answer}"])
def test_feedback_that_is_none_is_not_kept(world: Any, slack: Any, block_kit: Any, value: str) -> None:
    world.mention(QUESTION)
    answer = value_of(block_kit, slack.final(), "feedback-up").split()[0]
    given = {"type": "button", "action_id": "feedback-up", "value": value.format(answer=answer)}
    assert world.click(given).status_code == 200
    assert not world.chat.feedback.all()


def test_the_home_tells_how_to_ask_and_lists_what_its_user_asked(world: Any, slack: Any, block_kit: Any) -> None:
    world.mention(QUESTION)
    slack.final()
    world.event({"type": "app_home_opened", "user": world.USER, "channel": "D1", "tab": "home"}, "EvHome")
    slack.wait_for(lambda: slack.of("views.publish"))
    [published] = slack.of("views.publish")
    assert published["user_id"] == world.USER
    block_kit.view(published["view"])
    links = block_kit.parts(published["view"], "link")
    assert [one["text"] for one in links] == ["2 documents", QUESTION]
    assert links[1]["url"].startswith("https://verispan.example.org/a/ans_")


def test_an_answer_that_was_in_the_making_is_brought_to_its_end_by_the_next_process(
    worlds: Any, slack: Any, slowly: Slowly
) -> None:
    first = worlds()
    first.mention(QUESTION)
    slack.wait_for(lambda: slack.of("chat.update"))
    first.slack_app.close()
    first.runner.close()
    [placeholder] = slack.of("chat.postMessage")
    [owed] = first.chat.slack.owed()
    # What the dying process leaves: a turn that is open, a reply that is owed. Its thread never comes to an end.
    second = worlds()
    for _ in range(10):
        slowly.claims.release()
    second.runner.resume()
    second.slack_app.start()
    final = slack.final()
    assert final["ts"] == owed.ts
    assert slack.of("chat.postMessage") == [placeholder]
    until(lambda: not second.chat.slack.owed())


def test_an_answer_that_was_whole_but_not_told_is_told_by_the_next_process(worlds: Any, slack: Any) -> None:
    first = worlds()
    first.mention(QUESTION)
    slack.final()
    until(lambda: not first.chat.slack.owed())
    [message] = first.chat.messages.of_author(f"slack-{first.USER}", 10)
    first.close()
    chat = Chat(first.services.settings.store)
    owed = Reply(message.id, first.TEAM, first.CHANNEL, "1699999999.000100", "1700000000.000042")
    with chat.slack._writing.begin() as connection:
        connection.execute(slack_replies.insert(), asdict(owed))
    chat.close()
    second = worlds()
    second.slack_app.start()
    assert slack.final(2)["ts"] == "1700000000.000042"


def test_slack_that_asks_to_wait_is_waited_for(world: Any, slack: Any) -> None:
    slow_down = (429, {"Retry-After": "2"}, {"ok": False, "error": "ratelimited"})
    slack.answers["chat.postMessage"] = [slow_down]
    world.mention(QUESTION)
    slack.final()
    first, second = (call.at for call in slack.calls if call.method == "chat.postMessage")
    assert second - first >= 2


def test_an_answer_waits_for_slack_to_be_well_again(world: Any, slack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.slack.calls.WAITS_S", (0.01,) * 6)
    slack.answers["chat.update"] = [(500, {}, {}), (200, {}, {"ok": False, "error": "fatal_error"}), (503, {}, {})]
    world.mention(QUESTION)
    slack.final()
    until(lambda: not world.chat.slack.owed())


def test_an_answer_whose_blocks_slack_refuses_is_linked(world: Any, slack: Any, block_kit: Any) -> None:
    slack.declines["chat.update"] = lambda body: "invalid_blocks" if "actions" in json.dumps(body["blocks"]) else ""
    world.mention(QUESTION)
    until(lambda: not world.chat.slack.owed() and slack.of("chat.update"))
    last = slack.of("chat.update")[-1]
    block_kit.message(last)
    [link] = block_kit.parts(last["blocks"], "link")
    assert link["url"].startswith("https://verispan.example.org/a/ans_")
    assert CAUSE in link["text"]


def test_a_reply_that_slack_declines_is_owed_no_longer(world: Any, slack: Any) -> None:
    slack.answers["chat.postMessage"] = [(200, {}, {"ok": False, "error": "is_archived"})]
    world.mention(QUESTION)
    until(lambda: slack.of("chat.postMessage") and not world.chat.slack.owed())
    until(lambda: not world.chat.messages.unanswered())


def test_a_failure_is_told_in_words(world: Any, slack: Any, monkeypatch: pytest.MonkeyPatch, block_kit: Any) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("xoxb-secret-thing")

    monkeypatch.setattr(main_path, "draft_claims", fail)
    world.mention(QUESTION)
    slack.wait_for(lambda: any("went wrong" in said(block_kit, one) for one in slack.of("chat.update")))
    assert "xoxb" not in json.dumps([call.body for call in slack.calls])


def test_the_token_is_sent_to_slack_alone_and_stands_nowhere(
    world: Any, slack: Any, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers["auth.test"] = [(200, {}, {"ok": False, "error": "invalid_auth"})]
    world.slack_app.start()
    slack.wait_for(lambda: slack.of("auth.test"))
    world.mention(QUESTION)
    slack.final()
    assert f"Bearer {world.BOT_TOKEN}" in slack.authorizations
    world.slack_app.close()
    assert "invalid_auth" in caplog.text
    for secret in (world.BOT_TOKEN, world.SECRET):
        assert secret not in caplog.text
        assert secret not in repr(world.services.settings)
        assert secret not in json.dumps([call.body for call in slack.calls])
