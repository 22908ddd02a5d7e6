"""What each part of the visits service is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.exports import Exports
from engine.types import DocumentText, Policy
from engine.visits.desk import Desk
from engine.visits.seams import Listens, NoteWriter
from engine.visits.style import Style
from engine.visits.templates import Templates


@dataclass(frozen=True)
class Means:
    """What the service works with. read_document: the text of a DOCX file's bytes, by its name."""

    desk: Desk
    writer: NoteWriter
    speech: Listens
    templates: Templates
    style: Style
    exports: Exports
    policy: Callable[[], Policy]
    read_document: Callable[[str, bytes], DocumentText]


class Part:
    """A part of the visits service."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._desk = means.desk
        self._writer = means.writer
