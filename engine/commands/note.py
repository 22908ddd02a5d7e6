"""chartside note: a note from a transcript, with what bears out each sentence, without a workspace."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.commands.console import Console, Session, read_cases, run_cases
from engine.commands.note_json import note_json
from engine.commands.wording import LIMITS, MARKS, finding_line, verdict_summary
from engine.documents.messages import READ_DOCUMENT, ReadDocument
from engine.documents.transcript_file import from_word, is_word_file, parse, parse_bytes
from engine.errors import UserError
from engine.inference.client import LlamaBackend
from engine.library.collect import read_file
from engine.models.chat_model import ChatModel
from engine.models.service import Models
from engine.scribe.scribe import Scribe
from engine.scribe.templates import DEFAULT_TEMPLATE, builtin_template, builtin_templates
from engine.settings import SettingsStore
from engine.types import DraftEvent, Note, NoteSection, NoteTemplate, Transcript
from engine.workers.client import WorkerClient
from engine.workers.roles import Role


def run(session: Session, args: argparse.Namespace) -> int:
    """Draft one note, or one for each case of a file. Raises UserError where a file or a template is not there."""
    if args.cases:
        cases = list(read_cases(args.cases, session.console.stdin, _complaint))
        with _scribe(session) as scribe:
            return run_cases(session.console, cases, lambda case: _draft_case(scribe, case))
    if not args.transcript:
        raise UserError("No transcript was given.", "Give --transcript FILE, or --cases FILE.jsonl.")
    template = template_named(args.template)
    transcript = _read(Path(args.transcript))
    console = session.console
    with _scribe(session) as scribe:
        note = scribe.draft(transcript, template, on_event=lambda event: _show(console, event))
    console.end_progress()
    if console.json:
        console.print_json(note_json(note))
    else:
        _print(console, note)
    return 0


def template_named(template_id: str) -> NoteTemplate:
    """One of the program's templates. Raises UserError naming those there are."""
    template = builtin_template(template_id or DEFAULT_TEMPLATE)
    if template is None:
        known = ", ".join(each.id for each in builtin_templates())
        raise UserError(f"There is no template “{template_id}”.", f"Choose one of: {known}.")
    return template


@contextmanager
def _scribe(session: Session) -> Iterator[Scribe]:
    """A scribe with a model of its own, for the length of the command."""
    models = Models(session.paths, SettingsStore(session.paths.settings_file))
    worker = WorkerClient(Role.INFERENCE)
    chat = ChatModel(models, LlamaBackend(worker, session.paths.models / "devices.json"))
    if session.model_id:
        chat.choose(session.model_id)
    try:
        yield Scribe(chat)
    finally:
        worker.close()


def _read(path: Path) -> Transcript:
    content, _ = read_file(path)
    if not is_word_file(path.name):
        return parse_bytes(path.name, content)
    media = WorkerClient(Role.MEDIA)
    try:
        return from_word(path.name, media.call(READ_DOCUMENT, ReadDocument(path.name, content)).text)
    finally:
        media.close()


def _complaint(case: dict[str, Any]) -> str | None:
    good = isinstance(case.get("transcript"), str) and isinstance(case.get("template", ""), str)
    return None if good else 'Each line needs {"id": …, "transcript": "Doctor: …\\nPatient: …", "template": "visit"}.'


def _draft_case(scribe: Scribe, case: dict[str, Any]) -> dict[str, Any]:
    template = template_named(case.get("template", ""))
    return note_json(scribe.draft(parse("the transcript", case["transcript"]), template))


def _show(console: Console, event: DraftEvent) -> None:
    counted = f" section {event.done + 1} of {event.total}" if event.total and event.done < event.total else ""
    console.progress(f"{event.stage.replace('_', ' ')}{counted}")


def _print(console: Console, note: Note) -> None:
    """The note with its marks, then what was left out of it and what was said but is not in it."""
    for section in note.sections:
        console.print(section.title.upper())
        _print_section(console, section)
        console.print()
    if note.removed:
        console.print("Left out, since the transcript does not bear it out:")
        for removed in note.removed:
            console.print(textwrap.fill(f"{MARKS[removed.verdict]} {removed.text}", 100, subsequent_indent="  "))
            for found in removed.findings:
                console.print(f"    {finding_line(found.finding)}")
        console.print()
    if note.omissions:
        console.print("Said, and not in the note:")
        for omission in note.omissions:
            console.print(textwrap.fill(f"  {omission.kind.replace('_', '-')}: {omission.suggestion}", 100))
        console.print()
    sentences = [sentence for section in note.sections for sentence in section.sentences]
    console.print(verdict_summary(sentence.verdict for sentence in sentences) or "The note holds no sentence.")
    console.say(LIMITS)


def _print_section(console: Console, section: NoteSection) -> None:
    if not section.sentences:
        console.print("  (nothing was said of it)")
    for sentence in section.sentences:
        shown = " ".join(sentence.text.split())
        console.print(textwrap.fill(f"{MARKS[sentence.verdict]} {shown}", 100, subsequent_indent="  "))
        for found in sentence.findings:
            console.print(f"    {finding_line(found.finding)}")
