"""Every format is read from a file as it comes, and what is wrong in one is named with its place."""

import json

import pytest

from eval.answers.examples import Example, Gold, Source
from eval.answers.formats import read_examples, sample
from ingest.errors import BadInput


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


PLAIN = [
    {
        "id": "a",
        "question": "How long?",
        "answer": "Two days.",
        "gold": [{"document": "d", "exact": "It takes two days."}],
    },
    {"id": "b", "question": "Who?", "answerable": False, "kind": "unanswerable"},
    {"id": "c", "question": "Where?"},
    {"id": "d", "question": "When?", "answers": ["In May.", "May."], "old": [{"exact": "In April."}]},
]


def test_plain(tmp_path):
    read = read_examples(write(tmp_path / "q.jsonl", PLAIN))
    gold = ((Gold("d", "It takes two days."),),)
    assert read.format == "plain"
    assert read.examples == (
        Example("a", "How long?", True, ("Two days.",), gold),
        Example("b", "Who?", False, kind="unanswerable"),
        Example("c", "Where?", None),
        Example("d", "When?", True, ("In May.", "May."), (), (Gold("", "In April."),)),
    )


PASSAGE = {"passage_id": "gate_sizing_4", "document": "gate_sizing", "text": "# Sizing\nGates are sized."}
CHIP = {"id": "eda-1", "question": "How?", "answer": "So.", "passage_ids": ["gate_sizing_4"], "answerable": True}


def test_chip(tmp_path):
    write(tmp_path / "passages.jsonl", [PASSAGE])
    other = {"id": "eda-2", "question": "Why?", "answer": "", "passage_ids": [], "answerable": None}
    read = read_examples(write(tmp_path / "questions.jsonl", [CHIP, other]))
    assert read.format == "chip"
    assert read.examples == (
        Example("eda-1", "How?", True, ("So.",), ((Gold("gate-sizing", "# Sizing\nGates are sized."),),)),
        Example("eda-2", "Why?", None),
    )


def test_a_passage_that_comes_twice_is_named(tmp_path):
    write(tmp_path / "passages.jsonl", [PASSAGE, PASSAGE | {"text": "Another."}])
    questions = write(tmp_path / "questions.jsonl", [CHIP])
    with pytest.raises(BadInput, match=r"passages\.jsonl, line 2: passage_id 'gate_sizing_4' was used before"):
        read_examples(questions)
    assert read_examples(questions, skip_bad=True).examples[0].gold[0][0].text == PASSAGE["text"]


def test_clapnq(tmp_path):
    answers = [
        {"answer": "Heat.", "selected_sentences": ["Fire needs heat ."]},
        {"answer": "NA", "selected_sentences": []},
        {"answer": "Heat, air.", "selected_sentences": ["Fire needs heat .", "And air ."]},
    ]
    rows = [
        {
            "id": "7",
            "question": "what is it",
            "title": "Fire",
            "sentences": ["Hello .", "Fire needs heat ."],
            "answers": answers,
        },
        {"id": "8", "question": "who is it", "title": "Fire", "sentences": ["Hello ."], "answers": []},
    ]
    read = read_examples(write(tmp_path / "q.jsonl", rows))
    [first, second] = read.examples
    assert (first.answerable, first.references) == (True, ("Heat.", "Heat, air."))
    heat, air = Gold("passage-00001", "Fire needs heat ."), Gold("passage-00001", "And air .")
    assert first.gold == ((heat,), (heat, air))
    assert (second.answerable, second.documents) == (False, ("passage-00002",))
    assert read.sources[0] == Source("passage-00001", "Fire", "Hello .\nFire needs heat .")


CONTEXT = "The Normans came first. They spoke Norman French in 1066. Then they left."


def squad(**changed):
    asked = {"id": "s1", "question": "What did they speak?", "is_impossible": False}
    asked |= {"answers": [{"text": "Norman French", "answer_start": CONTEXT.index("Norman F")}]} | changed
    return {"data": [{"title": "Normans", "paragraphs": [{"context": CONTEXT, "qas": [asked]}]}]}


def test_squad(tmp_path):
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(squad()), "utf-8")
    read = read_examples(file)
    gold = Gold("passage-000-000", "They spoke Norman French in 1066.")
    assert read.examples == (
        Example("s1", "What did they speak?", True, ("Norman French",), ((gold,),), documents=("passage-000-000",)),
    )
    assert read.sources == (Source("passage-000-000", "Normans", CONTEXT),)


def test_squad_that_is_impossible(tmp_path):
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(squad(is_impossible=True, answers=[])), "utf-8")
    assert [one.answerable for one in read_examples(file).examples] == [False]


@pytest.mark.parametrize(
    "changed", [{"answers": []}, {"answers": [{"text": "Saxon", "answer_start": 9}]}, {"id": None, "answers": 3}]
)
def test_a_bad_question_of_squad_is_named(tmp_path, changed):
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(squad(**changed)), "utf-8")
    with pytest.raises(BadInput, match=r"dev\.json, data\[0\]\.paragraphs\[0\]\.qas\[0\]"):
        read_examples(file)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"question": "No id?"}, "wanted an object with texts under id, question"),
        ({"id": "a", "question": "Again?"}, "the id 'a' was used before"),
        ({"id": "x", "question": "Q?", "answerable": "yes"}, "`answerable` must be"),
        ({"id": "x", "question": "Q?", "answerable": False, "answer": "Yes."}, "has an answer"),
        ({"id": "x", "question": "Q?", "gold": [{"document": "d"}]}, "`gold` must be"),
        ({"id": "x", "question": "Q?", "gold": "It is so."}, "`gold` must be"),
        ({"id": "x", "question": "Q?", "answers": ["", "b"]}, "`answers` must be"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on_when_that_is_asked_for(tmp_path, row, told):
    file = write(tmp_path / "q.jsonl", [PLAIN[0], row, PLAIN[1]])

    with pytest.raises(BadInput, match="line 2") as caught:
        read_examples(file)
    read = read_examples(file, skip_bad=True)

    assert told in caught.value.message
    assert [one.id for one in read.examples] == ["a", "b"]
    assert read.skipped == (caught.value.message,)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (CHIP | {"passage_ids": ["gate_sizing_5"]}, "there is no passage 'gate_sizing_5'"),
        (CHIP | {"passage_ids": []}, "`passage_ids` must be a list"),
        (CHIP | {"answerable": False}, "`passage_ids` must be a list"),
    ],
)
def test_a_passage_that_is_not_there_is_named(tmp_path, row, told):
    write(tmp_path / "passages.jsonl", [PASSAGE])
    file = write(tmp_path / "questions.jsonl", [CHIP | {"id": "eda-0"}, row])
    with pytest.raises(BadInput, match=r"questions\.jsonl, line 2: ") as caught:
        read_examples(file)
    assert told in caught.value.message


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_refused(tmp_path, text):
    file = tmp_path / "q.jsonl"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"q\.jsonl: the file is empty"):
        read_examples(file, skip_bad=True)


def test_a_file_of_bad_rows_is_refused_even_when_they_are_to_be_skipped(tmp_path):
    file = write(tmp_path / "q.jsonl", [{"id": "a"}])
    with pytest.raises(BadInput, match=r"no question in it; the first fault: .*line 1"):
        read_examples(file, skip_bad=True)


def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order(tmp_path):
    rows = [{"id": f"q{n:02}", "question": "Why?"} for n in range(40)]
    read = read_examples(write(tmp_path / "q.jsonl", rows))
    drawn = [one.id for one in sample(read, 10, 1).examples]
    assert drawn == sorted(drawn)
    assert len(set(drawn)) == 10
    assert drawn == [one.id for one in sample(read, 10, 1).examples]
    assert drawn != [one.id for one in sample(read, 10, 2).examples]
    assert sample(read, 41, 1) is read


def test_a_sample_carries_only_the_documents_that_it_is_asked_of(tmp_path):
    rows = [
        {"id": str(n), "question": "q", "title": "t", "sentences": [f"Number {n} ."], "answers": []} for n in range(9)
    ]
    drawn = sample(read_examples(write(tmp_path / "q.jsonl", rows)), 3, 0)
    assert [one.id for one in drawn.sources] == [one.documents[0] for one in drawn.examples]
