"""Visits in the reader's words."""

from __future__ import annotations

from app.i18n import tr
from engine.types import NoteTemplate, OmissionKind, RecordingEvent, RecordingState, VisitInfo, VisitState


def patient_words(info: VisitInfo) -> str:
    """Whose visit it is, where that was typed."""
    return info.patient or tr("Visits", "Visit without a name")


def state_words(state: VisitState) -> str:
    """How far a visit is."""
    return {
        VisitState.DRAFT: tr("Visits", "Draft"),
        VisitState.SIGNED: tr("Visits", "Signed"),
        VisitState.AMENDED: tr("Visits", "Signed, with additions"),
        VisitState.DISCARDED: tr("Visits", "Discarded"),
    }[state]


def clock_text(seconds: float) -> str:
    """A length of sound or a moment in it: "3:05", "1:02:05"."""
    whole = max(int(seconds), 0)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def recording_words(latest: RecordingEvent) -> str:
    """How a recording that goes on is, for the status bar."""
    words = {
        RecordingState.RECORDING: tr("Status", "Recording {time}"),
        RecordingState.PAUSED: tr("Status", "Recording paused at {time}"),
    }.get(latest.state, tr("Status", "Writing down the recording of {time}"))
    return words.format(time=clock_text(latest.seconds))


def omission_words(kind: OmissionKind) -> str:
    """What kind of fact was left out."""
    return {
        OmissionKind.DRUG: tr("Visits", "Drug"),
        OmissionKind.DOSE: tr("Visits", "Dose"),
        OmissionKind.ALLERGY: tr("Visits", "Allergy"),
        OmissionKind.VITAL: tr("Visits", "Measurement"),
        OmissionKind.FINDING: tr("Visits", "Finding"),
        OmissionKind.PLAN: tr("Visits", "Plan"),
        OmissionKind.FOLLOW_UP: tr("Visits", "Follow-up"),
    }[kind]


def step_words(what: str) -> str:
    """How a version of a note came about."""
    return {
        "draft": tr("Visits", "Draft"),
        "draft, stopped": tr("Visits", "Draft, stopped"),
        "section drafted": tr("Visits", "Section written anew"),
        "edit": tr("Visits", "Edited"),
        "sentence confirmed": tr("Visits", "Sentence confirmed"),
        "fact put in": tr("Visits", "Fact put in"),
        "fact left out": tr("Visits", "Fact left out"),
        "sentence put back": tr("Visits", "Sentence put back"),
        "signed": tr("Visits", "Signed"),
    }.get(what, what)


def template_words(template: NoteTemplate) -> str:
    """A template in a list of choices."""
    return tr("Visits", "{title} (changed)", title=template.title) if template.changed else template.title
