"""That `unstructured` stays quiet: these tests fail when one of the names that we replace in it moves."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from ingest.load.quiet import GUESSES, english_words, partitioner

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("format", ["html", "docx", "pptx", "xlsx"])
def test_partitioners_exist_and_use_our_answers(format: str) -> None:
    partitioner(format)
    module = import_module(
        "unstructured.partition.html.parser" if format == "html" else f"unstructured.partition.{format}"
    )
    used = {name: getattr(module, name)("• -40 °C, Austin, TX 78701") for name in GUESSES if hasattr(module, name)}
    assert used == {name: GUESSES[name] for name in used}
    assert "is_possible_narrative_text" in used
    assert getattr(module, "clean_bullets", str)("-40 °C") == "-40 °C"


def test_a_paragraph_of_one_character_is_kept() -> None:
    assert [str(element) for element in partitioner("html")(text="<p>0</p><p>b</p>", languages=[""])] == ["0", "b"]


@pytest.mark.parametrize("format", ["html", "docx", "pptx", "xlsx"])
def test_nothing_is_wrapped_around_a_partitioner(format: str) -> None:
    partition = partitioner(format)
    assert partition.__name__ == f"partition_{format}"
    assert not hasattr(partition, "__wrapped__")  # telemetry is


def test_every_replaced_name_is_one_of_theirs() -> None:
    source = Path(import_module("unstructured.partition.text_type").__file__ or "").read_text()
    assert all(f"def {name}(" in source for name in GUESSES)
    source = Path(import_module("unstructured.partition.html.parser").__file__ or "").read_text()
    assert "def derive_element_type_from_text(" in source


def test_no_model_is_loaded_and_nothing_is_fetched() -> None:
    program = """
import socket, sys
def refuse(*_): raise AssertionError("network")
socket.socket.connect = refuse
from ingest.load.quiet import partitioner
found = partitioner("html")(text="<p>-40 °C is the lower limit.</p><p>It may rain in Paris.</p>", languages=[""])
assert [str(element) for element in found] == ["-40 °C is the lower limit.", "It may rain in Paris."]
from unstructured.nlp.tokenize import _get_nlp
assert _get_nlp.cache_info().currsize == 0
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_english_words() -> None:
    words = english_words()
    assert {"coverage", "multiplexer"} <= words
    assert "signoff" not in words
