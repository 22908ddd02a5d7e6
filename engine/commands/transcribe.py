"""chartside transcribe: a sound file into text, without a workspace."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from engine.commands.console import Console, Session
from engine.models.service import Models
from engine.settings import SettingsStore
from engine.speech.service import Speech
from engine.types import TranscribeProgress, Transcript
from engine.workers.client import WorkerClient
from engine.workers.roles import Role


def run(session: Session, args: argparse.Namespace) -> int:
    """Transcribe one file. Raises UserError where it cannot be read, or no speech model is installed."""
    console = session.console
    worker = WorkerClient(Role.SPEECH)
    try:
        speech = Speech(worker, Models(session.paths, SettingsStore(session.paths.settings_file)))
        begun = time.monotonic()
        transcript = speech.transcribe(
            Path(args.file), report=lambda progress: _show(console, progress), hint=args.hint, language=args.language
        )
        took = time.monotonic() - begun
    finally:
        worker.close()
        console.end_progress()
    if console.json:
        console.print_json(transcript_json(transcript, took))
        return 0
    for said in transcript.utterances:
        console.print(f"{said.speaker}: {said.text}")
    for dropped in transcript.dropped:
        console.say(f"Left out: {dropped}.")
    return 0


def transcript_json(transcript: Transcript, took_s: float) -> dict[str, Any]:
    """The contract of transcribe --json. rtf: seconds of work for each second of sound, start of the child included."""
    return {
        "turns": [
            {"start": said.begins_s, "end": said.ends_s, "speaker": said.speaker, "text": said.text}
            for said in transcript.utterances
        ],
        "seconds": round(transcript.seconds, 3),
        "rtf": round(took_s / transcript.seconds, 4),
        "dropped": transcript.dropped,
        "model": transcript.model.id if transcript.model else "",
    }


def _show(console: Console, progress: TranscribeProgress) -> None:
    console.progress(f"listened to {progress.done_s:.0f} of {progress.total_s:.0f} s")
