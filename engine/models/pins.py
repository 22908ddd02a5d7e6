"""Sums pinned at the first download of a model for which none could be confirmed beforehand.

Once pinned, a later download of that model must bring the same bytes, also after it was removed.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from engine.files import write_atomically
from engine.models.catalogue import CatalogueEntry, HubRepository, ModelFile


class _Pin(Struct, frozen=True):
    hub: HubRepository
    file: ModelFile


class Pins:
    """Kept in `.pins/<id>.json` of the models folder."""

    def __init__(self, models: Path) -> None:
        self._folder = models / ".pins"

    def apply(self, entry: CatalogueEntry) -> CatalogueEntry | None:
        """entry as pinned, or None where it was not pinned yet or is offered from another repository now."""
        try:
            pin = msgspec.json.decode(self._file(entry).read_bytes(), type=_Pin)
        except (OSError, msgspec.MsgspecError):
            return None
        if entry.hub is None or pin.hub.repo != entry.hub.repo or pin.file.name != entry.files[0].name:
            return None
        return msgspec.structs.replace(entry, hub=pin.hub, files=[pin.file])

    def keep(self, entry: CatalogueEntry) -> None:
        """Pin entry's hub and only file. Raises OSError, NotEnoughSpace."""
        if entry.hub is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(entry), msgspec.json.encode(_Pin(entry.hub, entry.files[0])))

    def _file(self, entry: CatalogueEntry) -> Path:
        return self._folder / f"{entry.id}.json"
