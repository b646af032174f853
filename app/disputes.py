"""Sixth rung, with the store: each claim that would be shown is searched for, and what contradicts it shown beside it.

What is searched is what the question could search: the same generation, collections and filters. Superseded documents
are searched too, and are said to be superseded.
"""

from __future__ import annotations

from dataclasses import replace

from app.checks import dispute
from app.checks.dispute import Dispute, Elsewhere
from app.cite import cite
from app.errors import ModelUnavailable
from app.retrieve import Filters, View, retrieve
from app.settings import Settings
from app.types import Check, Checked, Claim, Verifier
from app.wire import citation_json
from ingest.store import Store
from ingest.types import Span


class Disputes:
    """Looks for what contradicts claims, in what one request may see of one generation of the store.

    `verifier` is one that knows contradiction and takes milliseconds; without it the fact rung speaks alone.
    """

    def __init__(
        self, store: Store, view: View, filters: Filters, settings: Settings, verifier: Verifier | None = None
    ) -> None:
        self._store = store
        self._view = view
        self._filters = filters
        self._settings = settings
        self._verifier = verifier
        self._replaced_by = {one.id: one.metadata.get("superseded_by", "") for one in store.documents()}

    def beside(self, checked: Checked) -> Checked:
        """The claim with one more check, `dispute`, which says what contradicts it; as it is where it is withheld."""
        verdict = checked.verdict
        if verdict.reason:
            return checked
        return replace(checked, verdict=replace(verdict, checks=(*verdict.checks, self._check(checked.claim))))

    def _check(self, claim: Claim) -> Check:
        hits = retrieve(claim.text, self._view, self._filters, self._settings, self._settings.passages, outdated=True)
        cited = {citation.span.document_id for citation in claim.citations}
        candidates = dispute.nearest(claim, hits, lambda span, title: self._place(span, title, cited))
        found = self._judge(claim, candidates)
        shown = cite(self._store, [one.found.span for one in found])
        return dispute.check(found, candidates, [citation_json(one) for one in shown])

    def _judge(self, claim: Claim, candidates: list[Elsewhere]) -> list[Dispute]:
        """A verifier that fails is not asked again; what the fact rung can name is found without it."""
        try:
            return dispute.judge(claim, candidates, self._verifier)
        except ModelUnavailable:
            self._verifier = None
            return dispute.judge(claim, candidates, None)

    def _place(self, span: Span, title: str, cited: set[str]) -> Elsewhere:
        name = span.document_id
        supersedes = any(name in self._successors(other) for other in cited)
        linked = supersedes or not cited.isdisjoint(self._successors(name))
        if supersedes:
            return Elsewhere(span, title, "supersedes", linked)
        return Elsewhere(span, title, "superseded" if self._replaced_by.get(name) else "current", linked)

    def _successors(self, document_id: str) -> list[str]:
        """The documents that replace a document, one after the other; a curator's circle ends where it began."""
        found: list[str] = []
        while (document_id := self._replaced_by.get(document_id, "")) and document_id not in found:
            found.append(document_id)
        return found
