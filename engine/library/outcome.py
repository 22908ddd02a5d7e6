"""What became of files that a person added."""

from __future__ import annotations

from msgspec import Struct, field

from engine.types import Problem


class RefusedFile(Struct, frozen=True):
    """A file that was not taken in at all, by name, and why."""

    name: str
    problem: Problem


class AddResult(Struct, frozen=True):
    """Ids of documents queued as new or as new versions, ids already there unchanged, and files refused."""

    added: list[int] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
