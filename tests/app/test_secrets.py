import httpx
import pytest

from app.secrets import without_secrets


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("no answer from https://me:hunter2@models.example/v1", "no answer from https://…@models.example/v1"),
        ("for url 'https://a.example/v1/m:generate?key=AIzaSECRET&x=1'", "for url 'https://a.example/v1/m:generate?…'"),
        ("Incorrect API key provided: sk-abcdefgh12345678.", "Incorrect API key provided: …."),
        ("headers: Authorization: Bearer abc.def", "headers: Authorization: …"),
        ("the task is to ask? a=b", "the task is to ask? a=b"),
        ("connection refused (127.0.0.1:8080)", "connection refused (127.0.0.1:8080)"),
    ],
)
def test_keys_are_taken_out_and_the_rest_stays(text, plain):
    assert without_secrets(text) == plain


def test_keys_that_this_process_holds_are_taken_out(monkeypatch):
    monkeypatch.setenv("SOME_API_KEYS", "first-key-of-all, other-key")
    assert without_secrets("it said first-key-of-all and other-key.") == "it said … and …."


def test_what_a_client_says_of_a_bad_status_tells_no_key():
    request = httpx.Request("POST", "https://me:hunter2@host.example/v1/models/g:generate?key=AIzaSECRET")
    with pytest.raises(httpx.HTTPStatusError) as caught:
        httpx.Response(403, request=request).raise_for_status()
    told = without_secrets(str(caught.value))
    assert "hunter2" not in told
    assert "SECRET" not in told
    assert "403" in told
