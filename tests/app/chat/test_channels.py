from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.chat.channels import check_owner
from app.chat.chat import Chat
from app.errors import NotAllowed
from ingest.errors import BadInput, UnknownId


def test_a_chat_begins_with_a_channel_for_all_and_one_for_each_of_several_collections(tmp_path: Path) -> None:
    chat = Chat(tmp_path / "store", ["Sign-off rules", "handbook"])
    again = Chat(tmp_path / "store", ["handbook", "new"])
    assert [(one.id, one.collection) for one in again.channels.visible("ada", None)] == [
        ("general", ""),
        ("handbook", "handbook"),
        ("sign-off-rules", "Sign-off rules"),
        ("@ada", ""),
    ]
    chat.close()
    again.close()


def test_a_channel_is_seen_by_who_may_see_all_that_it_searches(chat: Chat) -> None:
    chat.channels.add("timing", "ada", collection="sta")
    chat.channels.add("packages", "ada", collection="pkg")
    seen = {one.id for one in chat.channels.visible("bob", frozenset({"sta"}))}
    assert seen == {"timing", "@bob"}
    for hidden in ("packages", "general", "@ada", "nowhere"):
        with pytest.raises(UnknownId, match=f"there is no channel '{hidden}'"):
            chat.channels.get(hidden, "bob", frozenset({"sta"}))
    assert chat.channels.get("timing", "bob", frozenset({"sta"})).collection == "sta"


def test_nobody_reads_anothers_direct_conversation(chat: Chat) -> None:
    direct = chat.channels.direct("ada")
    with pytest.raises(UnknownId):
        chat.channels.get(direct.id, "bob", None)
    assert chat.channels.direct("ada") == direct


@pytest.mark.parametrize("name", ["", "General", "a b", "-a", "a-", "@ada", "x" * 41, "ä", "a/b", "general"])
def test_bad_and_taken_names_are_refused(chat: Chat, name: str) -> None:
    with pytest.raises(BadInput):
        chat.channels.add(name, "ada")


def test_a_channel_is_bound_anew_by_its_owner_and_by_curators(chat: Chat) -> None:
    made = chat.channels.add("timing", "ada", collection="sta")
    with pytest.raises(NotAllowed):
        check_owner(made, "bob", curator=False)
    check_owner(made, "bob", curator=True)
    check_owner(made, "ada", curator=False)
    chat.channels.bind(made, "Slacks", "", "extractive", 0.7)
    found = chat.channels.get("timing", "ada", None)
    assert (found.purpose, found.collection, found.model, found.min_confidence) == ("Slacks", "", "extractive", 0.7)
    assert (found.owner, found.created) == ("ada", made.created)


def test_a_channel_in_which_something_was_said_keeps_its_collection(chat: Chat) -> None:
    made = chat.channels.add("timing", "ada", collection="secret")
    made = chat.channels.bind(made, "", "hidden", "", None)
    chat.messages.post("timing", "ada", "The margin of Falcon is 3 ps.", asks=False)
    with pytest.raises(BadInput, match="keeps its collection"):
        chat.channels.bind(made, "", "open", "", None)
    assert chat.channels.bind(made, "Slacks", "hidden", "extractive", 0.7).purpose == "Slacks"
    direct = chat.channels.direct("ada")
    chat.messages.post(direct.id, "ada", "Hello.", asks=False)
    assert chat.channels.bind(direct, "", "open", "", None).collection == "open"


def test_many_who_come_first_find_one_chat(tmp_path: Path) -> None:
    def come(number: int) -> list[str]:
        opened = Chat(tmp_path / "store", ["one", "two"])
        opened.channels.direct("ada")
        seen = [one.id for one in opened.channels.visible("ada", None)]
        opened.close()
        return seen

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(come, range(8))) == [["general", "one", "two", "@ada"]] * 8
