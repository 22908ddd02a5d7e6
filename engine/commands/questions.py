"""chartside ask and chartside search, and the JSON that is their contract."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from engine.commands.console import Console, Session, each_case
from engine.errors import UserError
from engine.types import Answer, AskEvent, AskStage, Hit, SearchResult, Sentence, Source, Turn, TurnState, Verdict
from engine.workspace import Workspace

_STAGES = {
    AskStage.SEARCHING: "searching the library",
    AskStage.LOADING_MODEL: "loading the model",
    AskStage.READING: "reading the passages",
    AskStage.WRITING: "writing",
}


# Shape tells as much as colour would; as in the window.
_MARKS = {Verdict.SUPPORTED: "●", Verdict.DIFFERS: "▲", Verdict.NOT_FOUND: "■", Verdict.NO_CLAIM: " ", None: " "}
_COUNTED = {Verdict.SUPPORTED: "supported", Verdict.DIFFERS: "differs", Verdict.NOT_FOUND: "not found"}
LIMITS = "A match shows that the source says it, not that it is right."


def search(session: Session, args: argparse.Namespace) -> int:
    """chartside search: the passages nearest to a question, best first."""
    if args.cases:
        return each_case(session, args.cases, lambda workspace, case: _search_case(workspace, case, args.k))
    question = _required(args.question)
    with session.workspace() as workspace:
        workspace.library.wait_until_searchable()
        result = workspace.library.search(question, k=args.k)
    if session.console.json:
        session.console.print_json(search_json(result))
    else:
        _print_hits(session.console, result)
    return 0


def ask(session: Session, args: argparse.Namespace) -> int:
    """chartside ask: an answer from the library, streamed, with the sources of every sentence."""
    if args.cases:
        return each_case(session, args.cases, _ask_case)
    question = _required(args.question)
    with session.workspace() as workspace:
        workspace.library.wait_until_searchable()
        return ask_and_print(workspace, session.console, question, args.conversation)


def ask_and_print(workspace: Workspace, console: Console, question: str, conversation_id: int | None = None) -> int:
    """Ask, stream the answer to a console and print its sources. Raises UserError when the answer failed."""
    streaming = not console.json

    def show(event: AskEvent) -> None:
        if event.stage is AskStage.WRITING and event.text:
            console.end_progress()
            if streaming:
                console.out.write(event.text)
                console.out.flush()
        elif event.stage is not AskStage.WRITING:
            show_progress(console, event)

    turn = workspace.assistant.ask(question, conversation_id=conversation_id, on_event=show)
    console.end_progress()
    answer = finished_answer(turn)
    if console.json:
        console.print_json({**answer_json(answer), "conversation_id": turn.conversation_id, "turn_id": turn.id})
    else:
        console.print()
        _print_sources(console, answer)
        console.say(f"conversation {turn.conversation_id}, answer {turn.id}")
    return 0


def show_progress(console: Console, event: AskEvent) -> None:
    """The stage of a question as the line of progress."""
    counted = f" {event.done} of {event.total}" if event.total else ""
    console.progress(f"{_STAGES[event.stage]}{counted}")


def finished_answer(turn: Turn) -> Answer:
    """The answer of a turn that ended well. Raises UserError with the turn's own words otherwise."""
    if turn.state is TurnState.FAILED or turn.answer is None:
        error = turn.error
        raise UserError(
            error.message if error else "The question was not answered.",
            error.advice if error else "Try again.",
            error.details if error else "",
        )
    return turn.answer


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


def _search_case(workspace: Workspace, case: dict[str, Any], k: int) -> dict[str, Any]:
    workspace.library.wait_until_searchable()
    return search_json(workspace.library.search(case["question"], k=case.get("k", k)))


def _ask_case(workspace: Workspace, case: dict[str, Any]) -> dict[str, Any]:
    workspace.library.wait_until_searchable()
    turn = workspace.assistant.ask(case["question"])
    return answer_json(finished_answer(turn))


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


def place(document: str, page: int | None) -> str:
    """How a place in a document is written everywhere: its name, and the page where there are pages."""
    return document if page is None else f"{document}, p. {page}"


def _print_hits(console: Console, result: SearchResult) -> None:
    if not result.hits:
        console.print("Nothing in the library matches. Try other words, or add documents.")
    for hit in result.hits:
        passage = hit.passage
        heading = f"{hit.rank}. {place(passage.document, passage.page)}"
        console.print(f"{heading} · {passage.section}" if passage.section else heading)
        console.print(textwrap.indent(textwrap.fill(" ".join(passage.text.split()), 96), "   "))


def _print_sources(console: Console, answer: Answer) -> None:
    if not answer.answered:
        console.print("\nNearest passages:")
        for hit in answer.hits[:3]:
            console.print(f"  {place(hit.passage.document, hit.passage.page)} · {hit.passage.section}")
        return
    console.print("\nSources:")
    for number, sentence in enumerate(answer.sentences, start=1):
        shown = " ".join(sentence.text.split())
        console.print(f"{_MARKS[sentence.verdict]} {number}. {shown}")
        if not sentence.sources and sentence.verdict is not Verdict.NO_CLAIM:
            console.print("     no passage found for this sentence: check it yourself")
        for finding in sentence.findings:
            there = f"“{finding.source}”" if finding.source else "not so"
            note = f" ({finding.note})" if finding.note else ""
            console.print(f"     differs in {finding.kind}: “{finding.said}” here, {there} in the source{note}")
        for source in sentence.sources:
            quote = textwrap.shorten(source.quote, 160, placeholder=" …")
            console.print(f"     {place(source.document, source.page)}: “{quote}”")
    if summary := verdict_summary(answer):
        console.print(f"\n{summary}\n{LIMITS}")


def verdict_summary(answer: Answer) -> str:
    """How many sentences say what the sources say; empty where none was checked."""
    checked = [sentence.verdict for sentence in answer.sentences if sentence.verdict is not None]
    if not checked:
        return ""
    counts = [f"{_MARKS[v]} {checked.count(v)} {name}" for v, name in _COUNTED.items() if v in checked]
    return f"{len(checked)} sentence{'s' * (len(checked) != 1)}: {', '.join(counts) or 'nothing to check'}"


def _required(question: str | None) -> str:
    if question is None or not question.strip():
        raise UserError("No question was given.", "Write it after the command, in quotes, or use --cases FILE.")
    return question
