import pytest

from eval.answers.citations import Entails
from eval.answers.correctness import entailed, token_f1


@pytest.mark.parametrize(
    ("answer", "references", "value"),
    [
        ("The margin is 15 ps.", ["15 ps"], 2 * 2 / (4 + 2)),
        ("The margin is 15 ps.", ["a margin is 15 ps"], 1.0),
        ("Nothing.", ["15 ps"], 0.0),
        ("15 ps", ["nothing like it", "15 ps"], 1.0),
        ("a the", ["the"], 1.0),
        ("the", ["nothing"], 0.0),
        ("1.25", ["25.1"], 0.0),
        ("1.25 ps.", ["1.25 ps"], 1.0),
        ("the U.S. don't", ["US dont"], 1.0),
    ],
)
def test_token_f1(answer, references, value):
    assert token_f1(answer, references) == pytest.approx(value)


def test_the_share_of_a_references_sentences_that_the_answer_entails(containing):
    answer = "the box is red and the lid is blue"
    references = ["It rains today.", "The box is red. The lid is blue. The box is open."]
    assert entailed(answer, references, Entails(containing)) == pytest.approx(2 / 3)
