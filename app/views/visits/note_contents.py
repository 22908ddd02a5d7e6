"""What there is to see of a note while it is written and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import tr
from engine.types import DraftStage, NoteSection, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.views.visits.work import Drafting
    from engine.types import DraftEvent, Note, NoteOmission, NoteTemplate, Visit


def shown_sections(note: Note | None, template: NoteTemplate | None, drafting: Drafting | None) -> list[NoteSection]:
    """The sections of the note, or of the template where there is none, with what is being written of them."""
    empty = [NoteSection(each.key, each.title) for each in template.sections] if template is not None else []
    known = list(note.sections) if note is not None else empty
    if drafting is not None and not drafting.only and empty:
        known = empty
    if drafting is not None:
        keys = {each.key for each in known}
        known = [drafting.sections.get(each.key, each) for each in known]
        known += [each for key, each in drafting.sections.items() if key not in keys]
    return known


def omissions_of(note: Note | None, key: str, sections: Sequence[NoteSection]) -> list[tuple[int, NoteOmission]]:
    """Those of a section, with their index in the note; what belongs to none of them stands below the last."""
    if note is None:
        return []
    keys = {each.key for each in sections}
    last = sections[-1].key if sections else ""
    return [
        (index, each)
        for index, each in enumerate(note.omissions)
        if not each.dismissed and (each.section if each.section in keys else last) == key
    ]


def progress_words(latest: DraftEvent) -> str:
    """How far a draft is."""
    return {
        DraftStage.LOADING_MODEL: tr("Note", "getting the model ready …"),
        DraftStage.READING: tr("Note", "reading what was said …"),
        DraftStage.WRITING: tr("Note", "writing section {at} of {all}", at=latest.done + 1, all=latest.total),
        DraftStage.CHECKING: tr("Note", "checking every sentence …"),
        DraftStage.DONE: tr("Note", "done"),
    }[latest.stage]


def what_comes(visit: Visit) -> str:
    """How a visit without a note gets one."""
    if visit.info.state is not VisitState.DRAFT:
        return tr("Note", "No note was written.")
    if visit.transcript.utterances:
        return tr("Note", "Have it written from what was said, or write it yourself.")
    return tr("Note", "It is written from what was said. You can also write it yourself.")
