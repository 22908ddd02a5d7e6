"""The JSON of ask and search: a contract that tests hold."""

from __future__ import annotations

from typing import Any

from engine.types import Answer, Hit, SearchResult, Sentence, Source


def search_json(result: SearchResult) -> dict[str, Any]:
    """The contract of search --json."""
    return {"hits": [_hit_json(hit) for hit in result.hits], "ms": round(result.ms, 1)}


def answer_json(answer: Answer) -> dict[str, Any]:
    """The contract of ask --json. sources lists each quoted span once, in the order the answer first uses it."""
    sources: dict[tuple[int, int, int], Source] = {}
    for sentence in answer.sentences:
        for source in sentence.sources:
            sources.setdefault((source.document_id, source.start, source.end), source)
    timings = answer.timings
    return {
        "answer": answer.text,
        "answered": answer.answered,
        "unmentioned": answer.unmentioned,
        "sentences": [_sentence_json(sentence) for sentence in answer.sentences],
        "sources": [_source_json(source) for source in sources.values()],
        "model": {"id": answer.model.id, "sha256": answer.model.sha256},
        "timings": {
            "search_ms": round(timings.search_ms, 1),
            "first_token_ms": round(timings.first_token_ms, 1),
            "tokens": timings.tokens,
            "tokens_per_s": round(timings.tokens_per_s, 1),
        },
    }


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    """verdict is null where a sentence was never checked."""
    return {
        "text": sentence.text,
        "verdict": sentence.verdict,
        "findings": [{"kind": each.kind, "said": each.said, "source": each.source} for each in sentence.findings],
        "sources": [_source_json(source) for source in sentence.sources],
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "document_id": passage.document_id,
        "document": passage.document,
        "page": passage.page,
        "section": passage.section,
        "text": passage.text,
        "score": round(hit.score, 4),
    }


def _source_json(source: Source) -> dict[str, Any]:
    return {
        "document_id": source.document_id,
        "document": source.document,
        "page": source.page,
        "quote": source.quote,
    }
