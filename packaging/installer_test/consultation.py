"""A visit: a recording of a consultation takes the microphone's place, and becomes a signed note."""

from __future__ import annotations

import json
import re
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from installer_test.cleanroom import PERSON, Room
from installer_test.desk import Desk

PATIENT = "Alex Visitor"
# Of what is said in it (tests/fixtures/sound), and of what the small model hears without fail.
_EARLY, _LATE = "sore throat", "better"
_FORMATS = {"note.docx": b"PK", "note.pdf": b"%PDF", "note.json": b"{", "note.txt": b""}
_RATE = 16_000
_HOME = f"/home/{PERSON}"
_MICROPHONE = f"{_HOME}/consultation.wav"
_SPOKEN = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "sound" / "consultation.ogg"


@dataclass
class Consultation:
    """One visit, from the first question to the signature. note_within_s: how long the model may write."""

    room: Room
    desk: Desk
    say: Callable[[str], None]
    note_within_s: float = 600

    def microphone(self) -> tuple[str, ...]:
        """Put the recording into the room; what to write before the program's name so that it is the microphone."""
        target = self.room.path(_MICROPHONE)
        _write_wav(_SPOKEN, target)
        target.chmod(0o644)
        return ("env", f"CHARTSIDE_MICROPHONE_FILE={_MICROPHONE}")

    def hold(self) -> None:
        """Record with consent, have the note written, look at what is marked, sign."""
        desk = self.desk
        desk.press("ctrl+2")
        desk.see("Talk to the patient", 60)
        desk.press("ctrl+n")
        desk.see("Not recording", 60)
        desk.type(PATIENT)
        desk.press("Return", "ctrl+r")
        desk.see("Has the patient agreed", 30)
        desk.picture("consent")
        desk.click("Yes, said so")
        desk.see("Recording", 60)
        desk.see(_EARLY, 180)
        desk.picture("recording")
        desk.see(_LATE, 240)
        desk.press("ctrl+e")
        desk.gone("Finishing", 240)
        desk.picture("transcript")
        self.say("a consultation was recorded with consent and written down while it went on")
        started = time.monotonic()
        desk.press("ctrl+d")
        desk.see("Stop", 60)
        desk.see("Review and sign", self.note_within_s)  # it stands there once the note is whole
        desk.picture("note")
        self.say(f"its note was written and checked in {time.monotonic() - started:.0f} s")
        desk.press("ctrl+shift+Return")
        desk.see("A signed note cannot be changed", 30)
        desk.picture("review")
        desk.click("Sign")
        desk.gone("A signed note cannot be changed", 60)
        desk.see("Signed", 60)
        desk.picture("signed")
        self.say("the note was reviewed and signed")

    def is_kept(self, chartside: Callable[..., str]) -> None:
        """The signed note, on the command line, as another program or the day after finds it."""
        visits = json.loads(chartside("--json", "--quiet", "visits", "list"))["visits"]
        if [(each["patient"], each["state"]) for each in visits] != [(PATIENT, "signed")]:
            raise AssertionError(f"the signed visit is not there: {visits}")
        shown = chartside("visits", "show", str(visits[0]["id"]))
        if not re.search("throat", shown, re.IGNORECASE) or "penicillin" not in shown.lower():
            raise AssertionError(f"the note does not tell what was said:\n{shown}")
        for name, beginning in _FORMATS.items():
            file = f"{_HOME}/{name}"
            chartside("visits", "export", str(visits[0]["id"]), file, "--reason", "to look at it in a test")
            if not self.room.path(file).read_bytes().startswith(beginning):
                raise AssertionError(f"{name} is no such file")
        self.say("the signed visit is there with its note, which leaves as Word, PDF, FHIR and text")


def _write_wav(source: Path, target: Path) -> None:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(str(source)) as file, wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        for frame in file.decode(audio=0):
            for piece in resampler.resample(frame):
                out.writeframes(piece.to_ndarray().tobytes())
