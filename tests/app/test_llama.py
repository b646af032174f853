"""The grammar that the local model's reply is held to, and what its server is told."""

from pydantic import SecretStr

from app.llama import LlamaChat, gbnf


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


def test_a_server_with_an_adapter_is_told_each_time_whether_to_use_it_and_where_to_read_on():
    model = LlamaChat(model="local", base_url="http://127.0.0.1:9", api_key=SecretStr("key"), has_adapter=True)
    assert model.request_body() == {"lora": [{"id": 0, "scale": 0.0}], "id_slot": 1}
    assert model.request_body(adapted=True) == {"lora": [{"id": 0, "scale": 1.0}], "id_slot": 0}
    assert model.model_copy(update={"has_adapter": False}).request_body(adapted=True) == {}
