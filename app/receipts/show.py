"""What was found of a receipt, in words."""

from __future__ import annotations

from app.wire import Json

_SAID = {
    "holds": "The receipt holds.",
    "sources_changed": "Sources have changed; every claim is still supported.",
    "no_longer_supported": "Some claim is no longer supported.",
    "tampered_with": "The receipt was tampered with.",
}


def verification_text(wire: Json) -> str:
    """The outcome, who signed, what is wrong, and with a store what has become of citations and claims."""
    lines = [_SAID[wire["outcome"]]]
    lines += [f"Question: {wire['question']}"] if wire["question"] else []
    lines += [_signature(wire)] if wire["answer_id"] else []
    lines += [f"  {one['where']}: {one['what']}" for one in (*wire["problems"], *wire["fallen"])]
    lines += [f"  note: {one['where']}: {one['what']}" for one in wire["notes"]]
    lines += [f"{one['status']:8} {one['id']}" for one in wire["citations"]]
    lines += [_claim(one) for one in wire["claims"]]
    return "\n".join(lines)


def _signature(wire: Json) -> str:
    if wire["signed_by"]:
        return f"Signed by {wire['signed_by']}"
    return "Its signature is not accepted." if wire["is_signed"] else "It is not signed."


def _claim(one: Json) -> str:
    held = "supported" if one["supported"] else f"not supported: {one['reason']}"
    return f"{one['text']}\n  {held}"
