"""chartside ask and chartside search."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from engine.commands.answer_json import answer_json, search_json
from engine.commands.console import Console, Session, each_case
from engine.commands.wording import LIMITS, MARKS, finding_line, place, unmentioned_line, verdict_summary
from engine.errors import UserError
from engine.types import Answer, AskEvent, AskStage, SearchResult, Turn, TurnState, Verdict
from engine.workspace import Workspace

_STAGES = {
    AskStage.SEARCHING: "searching the library",
    AskStage.LOADING_MODEL: "loading the model",
    AskStage.READING: "reading the passages",
    AskStage.WRITING: "writing",
}


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


def _search_case(workspace: Workspace, case: dict[str, Any], k: int) -> dict[str, Any]:
    workspace.library.wait_until_searchable()
    return search_json(workspace.library.search(case["question"], k=case.get("k", k)))


def _ask_case(workspace: Workspace, case: dict[str, Any]) -> dict[str, Any]:
    workspace.library.wait_until_searchable()
    turn = workspace.assistant.ask(case["question"])
    return answer_json(finished_answer(turn))


def _print_hits(console: Console, result: SearchResult) -> None:
    if not result.hits:
        console.print("Nothing in the library matches. Try other words, or add documents.")
    for hit in result.hits:
        passage = hit.passage
        heading = f"{hit.rank}. {place(passage.document, passage.page)}"
        console.print(f"{heading} · {passage.section}" if passage.section else heading)
        console.print(textwrap.indent(textwrap.fill(" ".join(passage.text.split()), 96), "   "))


def _print_sources(console: Console, answer: Answer) -> None:
    if answer.unmentioned:
        console.print(f"\n{MARKS[Verdict.DIFFERS]} {unmentioned_line(answer.unmentioned)}")
    if not answer.answered:
        console.print("\nNearest passages:")
        for hit in answer.hits[:3]:
            console.print(f"  {place(hit.passage.document, hit.passage.page)} · {hit.passage.section}")
        return
    console.print("\nSources:")
    for number, sentence in enumerate(answer.sentences, start=1):
        shown = " ".join(sentence.text.split())
        console.print(f"{MARKS[sentence.verdict]} {number}. {shown}")
        if not sentence.sources and sentence.verdict is not Verdict.NO_CLAIM:
            console.print("     no passage found for this sentence: check it yourself")
        for finding in sentence.findings:
            console.print(f"     {finding_line(finding)}")
        for source in sentence.sources:
            quote = textwrap.shorten(source.quote, 160, placeholder=" …")
            console.print(f"     {place(source.document, source.page)}: “{quote}”")
    if summary := verdict_summary(sentence.verdict for sentence in answer.sentences):
        console.print(f"\n{summary}\n{LIMITS}")


def _required(question: str | None) -> str:
    if question is None or not question.strip():
        raise UserError("No question was given.", "Write it after the command, in quotes, or use --cases FILE.")
    return question
