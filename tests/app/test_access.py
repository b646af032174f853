"""Who the users are: what a file of them may say, how it is refused, and whose a key or a session is."""

from __future__ import annotations

import json
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app import access as module
from app.access import LOCAL, RESERVED, BadAccess, User, digest, read_access
from app.cli import main
from app.errors import explain
from app.keys import BadName, new_key
from app.secrets import without_secrets
from app.settings import Settings

HASH = sha256(b"the key of ann").hexdigest()
OTHER = sha256(b"the key of bob").hexdigest()
ANN = f'[[user]]\nname = "ann"\nkey_sha256 = "{HASH}"\n'
BOB = f'[[user]]\nname = "bob"\nkey_sha256 = "{OTHER}"\n'


def written(folder: Path, text: str, keys: str = "") -> Settings:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return Settings(access=str(path), api_keys=keys)


def test_each_key_is_its_users(tmp_path: Path) -> None:
    text = f'{ANN}collections = ["timing", "Größen"]\n{BOB.replace(OTHER, OTHER.upper())}curator = true\n'
    access = read_access(written(tmp_path, text, keys="bare"))
    assert access.user_of("the key of ann") == User("ann", frozenset({"timing", "Größen"}))
    assert access.user_of("the key of bob") == User("bob", None, True)
    assert access.user_of("bare") == User("key-36d627", None)
    assert [access.user_of(wrong) for wrong in ("", "the key of an", "the key of ann ", HASH, "é")] == [None] * 5


def test_without_keys_nobody_is_asked() -> None:
    assert not read_access(Settings()).asks_for_keys
    assert (LOCAL.name, LOCAL.collections, LOCAL.curator) == ("you", None, True)


def test_a_bare_key_that_is_listed_twice_is_one_user() -> None:
    assert len(read_access(Settings(api_keys="first, second, first")).holders) == 2


def test_the_name_of_a_bare_key_stays_and_is_no_part_of_its_hash() -> None:
    [alone], both = read_access(Settings(api_keys="bare")).holders.values(), read_access(Settings(api_keys="x, bare"))
    assert both.user_of("bare") == alone
    assert alone.name[4:] not in {sha256(b"bare").hexdigest()[at : at + 6] for at in range(59)}


def test_every_hash_is_compared_whichever_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access, compared = read_access(written(tmp_path, ANN + BOB, keys="x")), []
    monkeypatch.setattr(module.hmac, "compare_digest", lambda *pair: compared.append(pair) or pair[0] == pair[1])
    for key in ("the key of ann", "the key of bob", "none"):
        access.user_of(key)
    assert len(compared) == 9


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user = 3", "it holds [[user]] tables and nothing else"),
        ("", "it names no user"),
        (f'{ANN}[[users]]\nname = "bob"\n', "it holds [[user]] tables and nothing else"),
        ("[[user]\n", "Expected"),
        (ANN.replace('name = "ann"\n', ""), "user 1 (without a name): the field `name` is missing"),
        (BOB + ANN.replace("key_sha", "key_md"), "user 2 (ann): there is no field `key_md256`"),
        (ANN.replace(HASH, HASH[:-1]), "user 1 (ann): the field `key_sha256` must be the 64 hex digits"),
        (ANN.replace(HASH, f"{HASH}\\n"), "the field `key_sha256` must be the 64 hex digits"),
        (ANN + "collections = 'timing'\n", "user 1 (ann): the field `collections` must be a list of texts"),
        (ANN + "collections = ['timing', 3]\n", "the field `collections` must be a list of texts"),
        (ANN + "collections = ['']\n", "the field `collections` must be a list of texts"),
        (ANN + "curator = 1\n", "user 1 (ann): the field `curator` must be true or false"),
        (ANN.replace('"ann"', "3"), "user 1 (3): the field `name` must be a text in quotation marks"),
        (BOB + ANN + ANN.replace(HASH, "0" * 64), "user 3 (ann): has the same name as"),
        (BOB + ANN.replace(HASH, OTHER), "user 2 (ann): has the same key as"),
        *((ANN.replace("ann", name), f"({name}): the field `name` is reserved") for name in sorted(RESERVED)),
        *(
            (ANN.replace('"ann"', f'"{n}"'), "the field `name` must be lower-case")
            for n in ("Ann", "-a", "a b", "", "ä")
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadAccess) as caught:
        read_access(written(tmp_path, text))
    assert explain(caught.value).startswith(f"{tmp_path / 'access.toml'}: ")
    assert said in explain(caught.value)
    assert HASH not in explain(caught.value)


def test_a_key_may_not_be_in_the_file_and_bare(tmp_path: Path) -> None:
    with pytest.raises(BadAccess, match=r"VERISPAN_API_KEYS: key-\w{6}: has the same key as .*user 1 \(ann\)"):
        read_access(written(tmp_path, ANN, keys="the key of ann"))


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "access.toml")
    with pytest.raises(BadAccess, match=str(tmp_path / "access.toml")):
        read_access(Settings(access=str(tmp_path / "access.toml")))


def test_a_session_is_nobodys_once_the_key_is_another(tmp_path: Path) -> None:
    before = read_access(written(tmp_path, ANN + BOB))
    ann = before.user_of("the key of ann")
    assert ann is not None
    mark = before.fingerprint(ann)
    assert before.of_session("ann", mark) == ann
    assert before.of_session("bob", mark) is None
    assert mark not in HASH
    for text in (ANN.replace(HASH, "0" * 64) + BOB, BOB, ANN.replace("ann", "anna") + BOB):
        assert read_access(written(tmp_path, text)).of_session("ann", mark) is None
    assert before.of_session(None, None) is None
    assert read_access(Settings()).of_session("ann", mark) is None


COLLECTION = st.text(st.characters(codec="utf-8"), min_size=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


NAME = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True).filter(lambda name: name not in RESERVED)


@given(name=NAME, seen=st.none() | st.lists(COLLECTION))
def test_a_new_key_opens_what_its_table_says(folder: Path, name: str, seen: list[str] | None) -> None:
    made = new_key(name, seen)
    [table] = tomllib.loads(made["toml"])["user"]
    assert table == {"name": name, "key_sha256": digest(made["key"])} | ({} if seen is None else {"collections": seen})
    assert made["key"] not in made["toml"]
    settings = written(folder, made["toml"])
    allowed = None if seen is None else frozenset(seen)
    assert read_access(settings).user_of(made["key"]) == User(name, allowed)


def test_keys_are_long_random_and_taken_out_of_what_is_said() -> None:
    keys = {new_key("ann")["key"] for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) > 40
    assert all(key not in without_secrets(f"it was refused with {key} at once") for key in keys)


@pytest.mark.parametrize("name", ["everyone", "Ann", "", "a/b"])
def test_a_name_that_nobody_can_have_gets_no_key(name: str) -> None:
    with pytest.raises(BadName):
        new_key(name)


def test_the_command_prints_a_key_once_with_its_table() -> None:
    shown = CliRunner().invoke(main, ["key", "ann", "--collections", "timing, reset"])
    key = shown.stderr.partition("\n")[0]
    assert key not in shown.stdout
    [user] = tomllib.loads(shown.stdout)["user"]
    assert user == {"name": "ann", "key_sha256": digest(key), "collections": ["timing", "reset"]}
    wire = json.loads(CliRunner().invoke(main, ["key", "bob", "--json"]).stdout)
    assert wire.keys() == {"name", "key", "toml"}
    assert tomllib.loads(wire["toml"]) == {"user": [{"name": "bob", "key_sha256": digest(wire["key"])}]}


@pytest.mark.parametrize("given", [["here"], ["A"], ["ann", "--collections", " , "], []])
def test_the_command_refuses(given: list[str]) -> None:
    result = CliRunner().invoke(main, ["key", *given])
    assert (result.exit_code != 0, result.stdout) == (True, "")
