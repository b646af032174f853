"""What a model said is kept, and said again without it."""

import time

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from app.errors import ModelRefused, ModelUnavailable
from app.reply import stream_reply
from eval.answers.replies import RecordedChat, Replies, key_of
from ingest.errors import BadInput

ASKED = [SystemMessage("Answer."), HumanMessage("What is the margin?")]
SCHEMA = {"type": "object", "properties": {"claims": {"type": "array"}}}


def ask(model, messages=ASKED, schema=SCHEMA, seconds=60.0):
    usage = []
    text = "".join(stream_reply(model, messages, schema, time.monotonic() + seconds, usage.append))
    return text, usage


def chat(file, inner=None, name="teller"):
    return RecordedChat(asked_as="test:teller", model_name=name, replies=Replies(file), inner=inner)


def test_a_reply_is_given_again_without_the_model(tmp_path, telling):
    file, model = tmp_path / "replies.jsonl", telling(replies=["It is 15 ps."])
    first = ask(chat(file, model))
    again = ask(chat(file))
    assert first[0] == again[0] == "It is 15 ps."
    assert [(one.model, one.input_tokens, one.output_tokens) for one in again[1]] == [("teller", 70, 9)]


def test_the_same_prompt_is_sent_once(tmp_path, telling):
    model = telling(replies=["One.", "Two."])
    kept = chat(tmp_path / "replies.jsonl", model)
    assert [ask(kept)[0], ask(kept)[0]] == ["One.", "One."]
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("messages", "schema"),
    [
        ([SystemMessage("Answer."), HumanMessage("What is the limit?")], SCHEMA),
        ([HumanMessage("Answer."), HumanMessage("What is the margin?")], SCHEMA),
        (ASKED, {"type": "object"}),
    ],
)
def test_another_prompt_or_schema_is_another_reply(tmp_path, telling, messages, schema):
    kept = chat(tmp_path / "replies.jsonl", telling(replies=["One.", "Two."]))
    assert ask(kept)[0] == "One."
    assert ask(kept, messages, schema)[0] == "Two."


def test_models_do_not_take_each_others_replies():
    assert key_of("a", ASKED, SCHEMA) != key_of("b", ASKED, SCHEMA)


def test_what_was_never_asked_fails_offline(tmp_path):
    with pytest.raises(ModelUnavailable, match="nothing is asked anew"):
        ask(chat(tmp_path / "replies.jsonl"))


def test_what_failed_fails_again(tmp_path, telling):
    file = tmp_path / "replies.jsonl"
    with pytest.raises(ModelUnavailable, match="line is dead"):
        ask(chat(file, telling(replies=[OSError("line is dead")])))
    with pytest.raises(ModelUnavailable, match="line is dead"):
        ask(chat(file))


def test_what_was_declined_is_declined_again(tmp_path, telling):
    class Declining(telling):
        def _stream(self, messages, *args, **kwargs):
            for chunk in super()._stream(messages):
                chunk.message.response_metadata["stop_reason"] = "refusal"
                yield chunk

    file = tmp_path / "replies.jsonl"
    for model in (Declining(replies=["I would rather not."]), None):
        with pytest.raises(ModelRefused):
            ask(chat(file, model))


def test_what_nobody_waited_for_is_asked_again(tmp_path, telling):
    """A run that was interrupted while a model wrote goes on as if it had not been asked."""
    file = tmp_path / "replies.jsonl"
    stream = chat(file, telling(replies=["It is 15 ps."])).stream_held(ASKED, SCHEMA)
    next(stream)
    stream.close()
    assert ask(chat(file, telling(replies=["It is 12 ps."])))[0] == "It is 12 ps."


def test_the_time_that_a_reply_took_is_counted_when_it_is_given_again(tmp_path, telling):
    class Slow(telling):
        def _stream(self, messages, *args, **kwargs):
            time.sleep(0.3)
            yield from super()._stream(messages)

    file = tmp_path / "replies.jsonl"
    ask(chat(file, Slow(replies=["It is 15 ps."])))
    again = chat(file)
    ask(again)
    assert again.replies.replayed_s >= 0.3


def test_a_reply_that_was_cut_off_while_it_was_written_is_asked_for_again(tmp_path, telling):
    file = tmp_path / "replies.jsonl"
    ask(chat(file, telling(replies=["One."])))
    file.write_bytes(file.read_bytes()[:-9])
    assert ask(chat(file, telling(replies=["Two."])))[0] == "Two."
    assert ask(chat(file))[0] == "Two."


def test_a_file_of_something_else_is_refused(tmp_path):
    file = tmp_path / "replies.jsonl"
    file.write_text('{"id": "a"}\n')
    with pytest.raises(BadInput, match="line 1"):
        Replies(file)


def test_no_key_reaches_the_file(tmp_path, telling, monkeypatch):
    monkeypatch.setenv("TELLING_API_KEY", "a-very-quiet-thing")
    failed = OSError("401 for https://me:hunter2@host.example/v1?key=abc with a-very-quiet-thing")
    with pytest.raises(ModelUnavailable) as caught:
        ask(chat(tmp_path / "replies.jsonl", telling(replies=[failed])))
    for told in ((tmp_path / "replies.jsonl").read_text("utf-8"), caught.value.message):
        assert "401" in told
        assert not any(secret in told for secret in ("hunter2", "key=abc", "a-very-quiet-thing"))
