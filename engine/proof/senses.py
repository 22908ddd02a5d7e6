"""A page that is a picture and a sentence that is spoken: text recognition and speech are at work under watch, too.

Both run on a library that has reported to its maker in the past, in children that no typed text reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserError

if TYPE_CHECKING:
    from engine.workspace import Workspace

Say = Callable[[str], None]

_WORDS = ("Cold chain", "Insulin is kept in the refrigerator.", "Read the thermometer twice a day.")
_EXPECTED = "refrigerator"
_SIZE, _MARGIN, _LETTERS = (900, 320), 50, 40  # pixels
_LIMIT_S = 600.0


def read_scan(workspace: Workspace, folder: Path, say: Say) -> None:
    """Import a page that is a picture, made in folder. Raises UserError where its words are not recognised."""
    scan = folder / "Scanned page.png"
    _draw(scan)
    added = workspace.library.add([scan]).added
    workspace.library.wait(_LIMIT_S)
    text = workspace.library.text(added[0]).text if added else ""
    if _EXPECTED not in text:
        raise UserError(
            "The words of a scanned page were not recognised, so this would prove nothing.",
            "Find out with “chartside doctor” what does not work here.",
        )
    say("read a scanned page by text recognition")


def listen(workspace: Workspace, say: Say) -> None:
    """Write down a spoken sentence where there is a speech model. Raises UserError where nothing is heard."""
    if workspace.speech.available():
        say("listened to nothing: no speech model is installed")
        return
    with as_file(files("resources") / "samples" / "spoken.ogg") as sound:
        transcript = workspace.speech.transcribe(sound)
    said = " ".join(each.text for each in transcript.utterances)
    say(f"listened to {transcript.seconds:.0f} seconds of speech and wrote down “{said}”")


def _draw(file: Path) -> None:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", _SIZE, "white")
    letters = ImageFont.load_default(_LETTERS)
    ImageDraw.Draw(picture).multiline_text((_MARGIN, _MARGIN), "\n".join(_WORDS), "black", letters, spacing=_LETTERS)
    picture.save(file)
