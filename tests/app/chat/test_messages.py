"""Messages, threads and turns, and a state machine that holds them against a plain list."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.chat.chat import Chat
from app.errors import NotAllowed
from ingest.errors import BadInput, UnknownId

QUESTION = "What is the hold margin?"


def test_a_question_gets_a_turn_and_a_note_none(chat: Chat) -> None:
    asked = chat.messages.post("general", "ada", f" @verispan {QUESTION} ", asks=True)
    noted = chat.messages.post("general", "ada", "Thanks to all.", asks=False)
    [turn] = asked.turns
    assert (turn.version, turn.question, turn.is_open) == (1, QUESTION, True)
    assert asked.text == f"@verispan {QUESTION}"
    assert noted.turns == ()


@pytest.mark.parametrize(("text", "asks"), [("  \n", False), ("@verispan", True), ("", True)])
def test_nothing_is_no_message(chat: Chat, text: str, asks: bool) -> None:
    with pytest.raises(BadInput):
        chat.messages.post("general", "ada", text, asks)
    assert chat.messages.page("general", 5) == ()


def test_a_reply_belongs_to_a_thread_of_its_channel(chat: Chat) -> None:
    chat.channels.add("timing", "ada")
    root = chat.messages.post("general", "ada", QUESTION, asks=True)
    reply = chat.messages.post("general", "bob", "And at FF?", asks=True, root=root.id)
    assert [one.id for one in chat.messages.thread(root.id)] == [root.id, reply.id]
    assert reply.thread == root.id
    for channel, to in (("timing", root.id), ("general", reply.id), ("general", "msg_0")):
        with pytest.raises(UnknownId):
            chat.messages.post(channel, "bob", "Hello.", asks=False, root=to)
    [shown] = chat.messages.page("general", 5)
    assert (shown.id, shown.replies) == (root.id, 1)


def test_an_edit_asks_anew_and_keeps_what_was_answered(chat: Chat) -> None:
    asked = chat.messages.post("general", "ada", QUESTION, asks=True)
    chat.messages.end_turn(asked.turns[-1], "ans_1", answered="It is 15 ps.")
    edited = chat.messages.edit(asked.id, "ada", "What is the setup margin?")
    assert [(turn.version, turn.answer_id) for turn in edited.turns] == [(1, "ans_1"), (2, None)]
    assert edited.edited is not None
    assert [one.id for one in chat.messages.unanswered()] == [asked.id]
    with pytest.raises(NotAllowed):
        chat.messages.edit(asked.id, "bob", "Mine now.")
    assert chat.messages.edit(asked.id, "ada", " What is the setup margin? ").turns == edited.turns


def test_only_who_reads_otherwise_is_asked_anew(chat: Chat) -> None:
    asked = chat.messages.post("general", "ada", QUESTION, asks=True)
    edited = chat.messages.edit(asked.id, "ada", f"@verispan {QUESTION}")
    assert len(edited.turns) == 1


def test_the_answer_before_is_that_of_the_same_thread(chat: Chat) -> None:
    first, other = (chat.messages.post("general", "ada", QUESTION, asks=True) for _ in range(2))
    chat.messages.end_turn(first.turns[-1], "ans_first", answered="")
    chat.messages.end_turn(other.turns[-1], "ans_other", answered="")
    failed = chat.messages.post("general", "ada", "Why?", asks=True, root=first.id)
    chat.messages.end_turn(failed.turns[-1], None, error="No model.")
    last = chat.messages.post("general", "ada", "And why not?", asks=True, root=first.id)
    assert chat.messages.answer_before(last) == "ans_first"
    assert chat.messages.answer_before(first) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["HOLD"], True),
        (["hold", "15 ps"], True),
        (["setup"], False),
        (["%"], False),
        (["h_ld"], False),
        (["'; drop table messages; --"], False),
    ],
)
def test_a_search_wants_every_word_in_question_or_answer(chat: Chat, words: list[str], found: bool) -> None:
    chat.messages.post("general", "ada", "Something else comes first.", asks=False)
    asked = chat.messages.post("general", "ada", QUESTION, asks=True)
    chat.messages.end_turn(asked.turns[-1], "ans_1", answered="It is 15 ps.")
    assert [one.id for one in chat.messages.search(words, ["general"], 9)] == [asked.id] * found
    assert chat.messages.search(words, ["timing"], 9) == ()


@dataclass
class Said:
    """A message as the plain model has it."""

    id: str
    author: str
    root: str | None
    text: str
    ended: set[int] = field(default_factory=set)
    turns: int = 0
    seq: int = 0
    changed: int = 0


USERS = ("ada", "bob")
TEXTS = st.sampled_from(["What is it?", "@ada look", "And why?", "@verispan again @bob", "Ünïcode ☃"])


class ChatMachine(RuleBasedStateMachine):
    """Any sequence of posts, replies, edits, answers and reads leaves what a plain list of messages says."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.chat = Chat(Path(self.folder.name) / "store")
        self.said: list[Said] = []
        self.read: dict[tuple[str, str], int] = {}
        self.since: dict[str, int] = {}
        self.seq = 0

    def teardown(self) -> None:
        self.chat.close()
        self.folder.cleanup()

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    @rule(author=st.sampled_from(USERS), text=TEXTS, asks=st.booleans(), thread=st.integers(0, 9))
    def post(self, author: str, text: str, asks: bool, thread: int) -> None:
        roots = [one.id for one in self.said if one.root is None]
        root = roots[thread] if thread < len(roots) else None
        made = self.chat.messages.post("general", author, text, asks, root)
        seq = self._next()
        self.said.append(Said(made.id, author, root, text, turns=int(asks), seq=seq, changed=seq))

    @rule(which=st.integers(0, 9), text=TEXTS)
    def edit(self, which: int, text: str) -> None:
        if which >= len(self.said) or self.said[which].text == text:
            return
        one = self.said[which]
        self.chat.messages.edit(one.id, one.author, text)
        one.text, one.changed = text, self._next()
        one.turns += one.turns > 0

    @rule(which=st.integers(0, 9))
    def answer(self, which: int) -> None:
        if which >= len(self.said) or not self.said[which].turns:
            return
        one = self.said[which]
        turn = self.chat.messages.get(one.id).turns[-1]
        if turn.is_open:
            self.chat.messages.end_turn(turn, f"ans_{one.id}_{turn.version}", answered="So it is.")
            one.changed = self._next()
            one.ended.add(one.changed)

    @rule(user=st.sampled_from(USERS), back=st.integers(0, 3), thread=st.integers(-3, 9))
    def mark(self, user: str, back: int, thread: int) -> None:
        roots = [one.id for one in self.said if one.root is None]
        place = roots[thread] if 0 <= thread < len(roots) else "general"
        seq = self.seq - back
        if seq <= self.read.get((user, place), 0):
            return
        self.chat.reading.mark(user, place, seq)
        self.read[user, place] = seq
        if place == "general":
            self.since.setdefault(user, seq)

    @invariant()
    def the_same_as_the_plain_list(self) -> None:
        messages = self.chat.messages
        roots = [one for one in self.said if one.root is None]
        assert [one.id for one in messages.page("general", 99)] == [one.id for one in roots]
        for root in roots:
            replies = [one.id for one in self.said if one.root == root.id]
            assert [one.id for one in messages.thread(root.id)] == [root.id, *replies]
        for one in self.said:
            assert len(messages.get(one.id).turns) == one.turns
        assert {one.id for one in messages.news("general", self.seq // 2)} == {
            one.id for one in roots if one.changed > self.seq // 2
        }
        assert messages.seq() == self.seq

    @invariant()
    def unread_is_what_came_after_the_marks(self) -> None:
        for user in USERS:
            new = [self.new_to(user, one) for one in self.said]
            found = self.chat.reading.unread(user, ["general"]).get("general")
            assert (found.count if found else 0) == sum(count for count, _ in new)
            assert bool(found and found.mentioned) == any(named for _, named in new)
            roots = [one.id for one in self.said if one.root is None]
            told = self.chat.reading.in_threads(user, roots)
            in_threads = [count for one, (count, _) in zip(self.said, new, strict=True) if one.root]
            assert sum(told.values()) == sum(in_threads)

    def new_to(self, user: str, one: Said) -> tuple[int, bool]:
        """How much of a message and its answers is new to somebody, and whether it names him."""
        mark, is_told = self.read.get((user, "general"), 0), True
        named = f"@{user}" in one.text
        if one.root is not None:
            mark = max(self.since.get(user, 0), self.read.get((user, one.root), 0))
            is_told = named or any(other.author == user and one.root in (other.id, other.root) for other in self.said)
        said = one.author != user and one.seq > mark
        return is_told * (said + sum(seq > mark for seq in one.ended)), said and named


TestChatMachine: Any = ChatMachine.TestCase
TestChatMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, derandomize=True)


def test_only_who_asked_may_ask_again_and_not_while_it_is_answered(chat: Chat) -> None:
    asked = chat.messages.post("general", "ada", QUESTION, asks=True)
    with pytest.raises(BadInput):
        chat.messages.ask_again(asked.id, "ada")
    chat.messages.end_turn(asked.turns[-1], None, error="No model.")
    with pytest.raises(NotAllowed):
        chat.messages.ask_again(asked.id, "bob")
    with pytest.raises(BadInput):
        chat.messages.ask_again(chat.messages.post("general", "ada", "A note.", asks=False).id, "ada")
    assert [turn.is_open for turn in chat.messages.ask_again(asked.id, "ada").turns] == [False, True]


def test_edits_at_once_each_get_a_turn_of_their_own(chat: Chat) -> None:
    asked = chat.messages.post("general", "ada", QUESTION, asks=True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: chat.messages.edit(asked.id, "ada", f"Question {number}?"), range(8)))
    assert [turn.version for turn in chat.messages.get(asked.id).turns] == list(range(1, 10))
    assert chat.messages.open_of("ada") == 9
    assert chat.messages.open_of("bob") == 0


def test_the_first_word_on_a_turn_counts(chat: Chat) -> None:
    [turn] = chat.messages.post("general", "ada", QUESTION, asks=True).turns
    chat.messages.end_turn(turn, "ans_first")
    chat.messages.end_turn(turn, "ans_second")
    assert chat.messages.get(turn.message).turns[-1].answer_id == "ans_first"


def test_a_note_that_names_the_answerer_now_asks(chat: Chat) -> None:
    note = chat.messages.post("general", "ada", QUESTION, asks=False)
    asked = chat.messages.edit(note.id, "ada", f"@verispan {QUESTION}")
    assert (asked.asks, asked.turns[-1].question) == (True, QUESTION)


@pytest.mark.parametrize("word", ["ärger", "ÄRGER", "straße", "STRASSE"])
def test_a_search_reads_letters_beyond_ascii_in_any_case(chat: Chat, word: str) -> None:
    said = chat.messages.post("general", "ada", "Der Ärger auf der Straße.", asks=False)
    assert [one.id for one in chat.messages.search([word], ["general"], 9)] == [said.id]
