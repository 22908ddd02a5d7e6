"""What Chartside is called wherever an operating system asks: names, identifiers and the files it opens."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NAME = "Chartside"
COMMAND = "chartside"
PUBLISHER = "The Chartside authors"
LICENCE = "Apache-2.0"
BUNDLE_ID = "org.chartside.chartside"
SUMMARY = "Private assistant for clinics, on this computer"
SENTENCES = (
    "Chartside answers questions from the clinic's own protocols, policies and leaflets with a language model that "
    "runs on the clinic's own computer. Every sentence of an answer is compared with its source, and one click opens "
    "the page with the passage marked.",
    "It works with the network cable unplugged; documents, questions and answers are kept encrypted.",
    "Chartside is not a medical device: it finds and quotes, the clinician reads the source and decides.",
)


@dataclass(frozen=True)
class FileType:
    """A kind of file that opens Chartside. extension: without the dot. key: its name in registries of file types.

    ours: made by Chartside, so it is the program for it; otherwise it only offers itself beside others. magic: the
    file's first bytes, as text.
    """

    key: str
    extension: str
    mime: str
    name: str
    ours: bool
    icon: str
    magic: str = ""


FILE_TYPES = (
    FileType("Model", "gguf", "application/x-gguf", "Language model", ours=False, icon="models", magic="GGUF"),
    FileType(
        "Backup",
        "chartside-backup",
        "application/x-chartside-backup",
        "Chartside workspace backup",
        ours=True,
        icon="storage",
    ),
    FileType(
        "Update", "chartside-update", "application/x-chartside-update", "Chartside update", ours=True, icon="download"
    ),
)


def version() -> str:
    """The version of the program in this checkout."""
    _reach_program()
    from engine import __version__

    return __version__


def build_time() -> int:
    """Seconds since 1970 that stand in what is built: SOURCE_DATE_EPOCH, the current time without it."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


def _reach_program() -> None:
    # The scripts of this folder run from it, and not only in an environment where the program is installed.
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
