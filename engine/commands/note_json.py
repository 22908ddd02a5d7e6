"""The JSON of note: a contract that tests hold."""

from __future__ import annotations

from typing import Any

from engine.types import Note, NoteFinding, NoteSentence, SaidAt


def note_json(note: Note) -> dict[str, Any]:
    """The contract of note --json. Offsets of evidence are into the text of its utterance, times are seconds."""
    timings = note.timings
    return {
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "text": section.text,
                "sentences": [_sentence_json(sentence) for sentence in section.sentences],
            }
            for section in note.sections
        ],
        "omissions": [
            {
                "kind": omission.kind,
                "name": omission.name,
                "section": omission.section,
                "suggestion": omission.suggestion,
                "evidence": _said_json(omission.said),
            }
            for omission in note.omissions
        ],
        "removed": [
            {
                "section": removed.section,
                "text": removed.text,
                "verdict": removed.verdict,
                "findings": [_finding_json(each) for each in removed.findings],
                "evidence": [_said_json(each) for each in removed.evidence],
            }
            for removed in note.removed
        ],
        "template": note.template,
        "model": {"id": note.model.id, "sha256": note.model.sha256} if note.model else None,
        "prompt_version": note.prompt_version,
        "timings": {
            "first_token_ms": round(timings.first_token_ms, 1),
            "tokens": timings.tokens,
            "tokens_per_s": round(timings.tokens_per_s, 1),
            "total_ms": round(timings.total_ms, 1),
        },
    }


def _sentence_json(sentence: NoteSentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "verdict": sentence.verdict,
        "findings": [_finding_json(each) for each in sentence.findings],
        "evidence": [_said_json(each) for each in sentence.evidence],
    }


def _finding_json(found: NoteFinding) -> dict[str, Any]:
    finding = found.finding
    return {"kind": finding.kind, "said": finding.said, "source": finding.source, "utterance": found.utterance}


def _said_json(said: SaidAt) -> dict[str, Any]:
    return {
        "utterance": said.utterance,
        "speaker": said.speaker,
        "quote": said.quote,
        "start": said.start,
        "end": said.end,
        "begins_s": said.begins_s,
        "ends_s": said.ends_s,
    }
