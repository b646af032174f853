"""BM25, twice: rank-bm25 as the definition of the scores, for small stores, and bm25s for everything larger.

score(q, d) = sum over the distinct terms t of q of
    idf(t) * f(t, d) * (k1 + 1) / (f(t, d) + k1 * (1 - b + b * |d| / avgdl)),
with Lucene's idf(t) = log(1 + (N - n(t) + 0.5) / (n(t) + 0.5)), which is never negative (Robertson and Zaragoza 2009,
"The Probabilistic Relevance Framework: BM25 and Beyond"; Kamphuis et al. 2020 for the variants). A term counts
once however often a query repeats it: better on SciFact's train queries (nDCG@10 0.699 against 0.696).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from ingest.analyse import terms
from ingest.search import Rows, Searcher, best_rows, top_k
from ingest.types import Scored

K1 = 1.2
B = 0.75
SMALL = 1_000  # passages: there rank-bm25 takes 3 ms a query, at 5,000 17 ms; bm25s takes 0.4 ms at either
_IDS = "ids.json"
_TERMS = "terms.json"


class LuceneOkapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
    """rank-bm25's Okapi scores with Lucene's idf in place of its own, which can be negative on a small corpus."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        for term, count in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - count + 0.5) / (count + 0.5))


class RankBM25Searcher:
    """BM25 by rank-bm25, over passages given as lists of terms. Scores every passage in Python: for small stores."""

    def __init__(self, ids: Sequence[str], analysed: Sequence[list[str]], k1: float = K1, b: float = B) -> None:
        self._rows = Rows(ids)
        self._bm25 = LuceneOkapi(analysed, k1=k1, b=b) if any(analysed) else None

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        """Find the at most `k` best passages that share a term with `query`."""
        wanted = list(dict.fromkeys(terms(query)))
        if self._bm25 is None or not wanted:
            return []
        return _matching(self._rows, np.asarray(self._bm25.get_scores(wanted)), k, within)


class BM25sSearcher:
    """BM25 by bm25s, which keeps each term's score in each passage as a sparse matrix, memory-mapped from a folder."""

    def __init__(self, ids: Sequence[str], index: bm25s.BM25 | None) -> None:
        self._rows = Rows(ids)
        self._index = index

    @classmethod
    def build(cls, ids: Sequence[str], analysed: Sequence[list[str]], k1: float = K1, b: float = B) -> BM25sSearcher:
        """Index passages given as lists of terms."""
        if not any(analysed):
            return cls(ids, None)
        index = bm25s.BM25(k1=k1, b=b, method="atire", idf_method="lucene")  # atire's is the factor with (k1 + 1)
        index.index(list(analysed), show_progress=False)
        return cls(ids, index)

    @classmethod
    def load(cls, folder: Path) -> BM25sSearcher:
        """Open what `save` wrote; the matrix is memory-mapped."""
        ids = json.loads((folder / _IDS).read_text("utf-8"))
        has_index = (folder / "params.index.json").exists()
        return cls(ids, bm25s.BM25.load(folder, mmap=True, show_progress=False) if has_index else None)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True)
        (folder / _IDS).write_text(json.dumps(self._rows.ids.tolist()), "utf-8")
        if self._index is not None:
            self._index.save(folder, show_progress=False)

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        """Find the at most `k` best passages that share a term with `query`."""
        if self._index is None:
            return []
        known = self._index.get_tokens_ids(list(dict.fromkeys(terms(query))))
        if not known:
            return []
        return _matching(self._rows, self._index.get_scores_from_ids(known), k, within)


def build_lexical(folder: Path, ids: Sequence[str], texts: Sequence[str]) -> None:
    """Write the lexical index of passages into `folder`, in the form that suits their number."""
    analysed = [terms(text) for text in texts]
    if len(ids) > SMALL:
        BM25sSearcher.build(ids, analysed).save(folder)
        return
    folder.mkdir(parents=True)
    (folder / _TERMS).write_text(json.dumps({"ids": list(ids), "terms": analysed}), "utf-8")


def open_lexical(folder: Path) -> Searcher:
    """Open what `build_lexical` wrote."""
    if not (folder / _TERMS).exists():
        return BM25sSearcher.load(folder)
    stored = json.loads((folder / _TERMS).read_text("utf-8"))
    return RankBM25Searcher(stored["ids"], stored["terms"])


def _matching(rows: Rows, scores: NDArray[Any], k: int, within: frozenset[str] | None) -> list[Scored]:
    """Keep what scores above 0 (shares a term) and is allowed, then take the best. `scores` is parallel to the rows."""
    if within is None:
        matching = np.flatnonzero(scores > 0)
    else:
        allowed = rows.of(within)
        matching = allowed[scores[allowed] > 0]
    best = matching[best_rows(scores[matching], k)]  # before the ids are looked at: a common word matches nearly all
    return top_k(rows.ids[best], scores[best], k)
