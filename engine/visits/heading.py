"""What stands above and below a note wherever it leaves the program."""

from __future__ import annotations

from datetime import datetime

from engine.types import Visit, VisitState


def facts(visit: Visit) -> list[tuple[str, str]]:
    """Whose visit it was, when, who wrote the note, and how it stands."""
    info = visit.info
    state = {
        VisitState.DRAFT: "draft, not signed",
        VisitState.SIGNED: "signed",
        VisitState.AMENDED: "signed, with addenda",
        VisitState.DISCARDED: "discarded",
    }[info.state]
    return [
        ("Patient", info.patient or "not named"),
        ("Visit", local(info.begun_at)),
        ("Author", info.author_name or "–"),
        ("State", state),
        ("Version", str(visit.version)),
    ]


def signature_lines(visit: Visit) -> list[str]:
    """Who signed, and what drafted the note."""
    signature, note = visit.signature, visit.note
    lines = ["Not signed."]
    if signature is not None:
        lines = [f"Signed by {signature.name} on {local(signature.at)}, version {signature.version}."]
    if note is not None and note.model is not None:
        prompt = f", prompt {note.prompt_version}" if note.prompt_version else ""
        lines.append(f"Drafted with {note.model.name or note.model.id} on this clinic's own computer{prompt}.")
    return lines


def local(at: str) -> str:
    """A stored time as the reader's clock shows it."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
