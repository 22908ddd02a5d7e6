"""chartside visits: begun from a transcript or a recording, listed, shown, drafted, saved as files."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.console import Console, Session
from engine.commands.note_json import note_json
from engine.commands.protection import protection_of
from engine.errors import UserError
from engine.types import DraftEvent, NoteFormat, TranscribeProgress, Utterance, Visit, VisitFilter, VisitState
from engine.visits.marks import marked_text
from engine.workspace import Workspace

_ENDINGS = {
    ".txt": NoteFormat.TEXT,
    ".text": NoteFormat.TEXT,
    ".docx": NoteFormat.DOCX,
    ".pdf": NoteFormat.PDF,
    ".json": NoteFormat.FHIR,
}


def list_visits(session: Session, args: argparse.Namespace) -> int:
    """Visits that match, the newest first."""
    states = frozenset({VisitState(args.state)}) if args.state else None
    with session.workspace() as workspace:
        found = workspace.visits.list(VisitFilter(query=args.query, states=states, day=args.day))
    if session.console.json:
        session.console.print_json({"visits": found})
        return 0
    if not found:
        session.console.say("There is no such visit.")
    for each in found:
        marked = f" · {each.problems} to check" if each.problems else ""
        patient = each.patient or "not named"
        session.console.print(f"{each.id:>4}  {each.begun_at}  {each.state:<9} {patient}{marked}")
    return 0


def new(session: Session, args: argparse.Namespace) -> int:
    """Begin a visit, with its transcript or recording, and its note where that is wanted."""
    if bool(args.transcript) == bool(args.sound):
        raise UserError("What was said is missing.", "Give --transcript FILE or --sound FILE, one of the two.")
    if args.sound and not args.consent:
        raise UserError(
            "It is not said that the patient agrees to the recording.", "Ask, and give --consent spoken or written."
        )
    console = session.console
    with session.workspace(create=True) as workspace:
        visits = workspace.visits
        visit_id = visits.new(patient=args.patient, template=args.template).id
        try:
            if args.sound:
                visits.consent(visit_id, args.consent)
                visit = visits.import_sound(visit_id, Path(args.sound), lambda progress: _heard(console, progress))
            else:
                visit = visits.import_transcript(visit_id, Path(args.transcript))
        except BaseException:
            visits.discard(visit_id)
            raise
        console.end_progress()
        if args.draft:
            visit = _draft(workspace, console, visit_id)
    _print(console, visit)
    return 0


def show(session: Session, args: argparse.Namespace) -> int:
    """One visit with its transcript and its note."""
    with session.workspace() as workspace:
        _print(session.console, workspace.visits.get(args.id))
    return 0


def draft(session: Session, args: argparse.Namespace) -> int:
    """Have a note written, or one of its sections anew."""
    with session.workspace() as workspace:
        visit = _draft(workspace, session.console, args.id, args.section, args.instruction)
    _print(session.console, visit)
    return 0


def export(session: Session, args: argparse.Namespace) -> int:
    """Save a note as a file, encrypted or with a reason why it is not."""
    file = Path(args.file)
    format = NoteFormat(args.format) if args.format else _ENDINGS.get(file.suffix.lower())
    if format is None:
        raise UserError(
            f"The name {file.name} does not say which kind of file it is to be.",
            "Give --format text, docx, pdf or fhir, or a name that ends in .txt, .docx, .pdf or .json.",
        )
    with session.workspace() as workspace:
        protection = protection_of(session, args)
        workspace.visits.export(args.id, format, file, protection)
    how = "encrypted" if protection.passphrase else "unencrypted"
    session.console.say(f"Saved to {args.file}, {how}.")
    if session.console.json:
        session.console.print_json({"saved": args.file, "format": format, "encrypted": bool(protection.passphrase)})
    return 0


def _draft(workspace: Workspace, console: Console, visit_id: int, section: str = "", instruction: str = "") -> Visit:
    def heard(event: DraftEvent) -> None:
        counted = f": section {event.done + 1} of {event.total}" if event.done < event.total else ""
        console.progress(f"{event.stage.replace('_', ' ')}{counted}")

    visit = workspace.visits.draft(visit_id, section=section, instruction=instruction, on_event=heard)
    console.end_progress()
    return visit


def _heard(console: Console, progress: TranscribeProgress) -> None:
    console.progress(f"listening: {progress.done_s:.0f} of {progress.total_s:.0f} seconds")


def _print(console: Console, visit: Visit) -> None:
    if console.json:
        said = [_turn(each) for each in visit.transcript.utterances]
        note = note_json(visit.note) if visit.note else None
        console.print_json(
            {"visit": visit.info, "turns": said, "note": note, "version": visit.version, "addenda": visit.addenda}
        )
        return
    info = visit.info
    console.print(f"Visit {info.id} · {info.patient or 'not named'} · {info.begun_at} · {info.state}\n")
    for each in visit.transcript.utterances:
        console.print(f"{each.speaker}: {each.text}" if each.speaker else each.text)
    for section in visit.note.sections if visit.note else []:
        if section.text.strip():
            console.print(f"\n{section.title.upper()}\n{marked_text(section)}")
    _print_lists(console, visit)
    for addendum in visit.addenda:
        console.print(f"\nADDENDUM by {addendum.name}, {addendum.at}\n{addendum.text}")
    if visit.signature is not None:
        console.print(f"\nSigned by {visit.signature.name}, {visit.signature.at}, version {visit.signature.version}.")


def _print_lists(console: Console, visit: Visit) -> None:
    """What was said and is not in the note, and what was kept out of it."""
    note = visit.note
    left_out = [each.suggestion for each in note.omissions if not each.dismissed] if note else []
    removed = [each.text for each in note.removed] if note else []
    for title, texts in (("Said, and not in the note:", left_out), ("Drafted, and kept out of the note:", removed)):
        if texts:
            console.print("\n".join(["", title, *(f"  {text}" for text in texts)]))


def _turn(said: Utterance) -> dict[str, object]:
    return {"start": said.begins_s, "end": said.ends_s, "speaker": said.speaker, "text": said.text}
