"""The grammar that the local model's reply is held to."""

from app.llama import gbnf


def test_a_schema_becomes_a_grammar_of_json_on_one_line():
    fields = {"text": {"type": "string"}, "cites": {"type": "array", "items": {"enum": ["S1", "S2"]}, "maxItems": 3}}
    first, second = gbnf({"type": "object", "properties": fields}).splitlines()

    assert first == (
        r"""root ::= "{"  "\"text\": " string ", " "\"cites\": " """
        r'''"[" (("\"S1\"" | "\"S2\"") (", " ("\"S1\"" | "\"S2\"")){0,2})? "]"  "}"'''
    )
    assert second.startswith("string ::= ")


def test_what_must_not_be_empty_cannot_be():
    assert gbnf({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}).startswith(
        'root ::= "[" string (", " string){0,1} "]"'
    )
