from __future__ import annotations

from app.chat.chat import Chat


def test_feedback_is_given_and_taken_back(chat: Chat) -> None:
    assert chat.feedback.toggle("ans_1", "ada", "wrong_citation", claim=2)
    assert chat.feedback.toggle("ans_1", "ada", "outdated", claim=2)
    assert chat.feedback.toggle("ans_1", "bob", "wrong_citation", claim=2)
    assert not chat.feedback.toggle("ans_1", "ada", "wrong_citation", claim=2)
    assert chat.feedback.of_user(["ans_1"], "ada") == {("ans_1", 2, "outdated")}
    assert chat.feedback.of_user(["ans_1"], "bob") == {("ans_1", 2, "wrong_citation")}
    assert len(chat.feedback.all()) == 2


def test_up_takes_down_back(chat: Chat) -> None:
    chat.feedback.toggle("ans_1", "ada", "down")
    chat.feedback.toggle("ans_1", "ada", "not_supported", claim=0)
    chat.feedback.toggle("ans_1", "ada", "up")
    assert chat.feedback.of_user(["ans_1", "ans_2"], "ada") == {("ans_1", -1, "up"), ("ans_1", 0, "not_supported")}
