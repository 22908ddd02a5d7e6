"""What the list of models shows: catalogue and disk put together."""

from __future__ import annotations

from collections.abc import Callable

from engine.models.catalogue import Catalogue, CatalogueEntry
from engine.models.fit import judge_fit
from engine.models.hardware import Hardware
from engine.models.store import Manifest, ModelStore
from engine.settings import SettingsStore
from engine.types import ModelInfo, ModelState


class Listing:
    """Reads the state of every model from the disk each time it is asked; reads no weights."""

    def __init__(
        self, store: ModelStore, catalogue: Catalogue, settings: SettingsStore, hardware: Callable[[], Hardware]
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._settings = settings
        self._hardware = hardware

    def all(self) -> list[ModelInfo]:
        """The catalogue in its order, then imported models by name."""
        installed = {manifest.id: manifest for manifest in self._store.installed()}
        chosen = self._in_use(installed)
        known = [self._offered(entry, installed.get(entry.id), chosen) for entry in self._catalogue.entries]
        own = [manifest for manifest in installed.values() if self._catalogue.find(manifest.id) is None]
        return known + [self._own(manifest, chosen) for manifest in sorted(own, key=lambda each: each.name)]

    def _offered(self, entry: CatalogueEntry, manifest: Manifest | None, chosen: str | None) -> ModelInfo:
        state, downloaded = self._state(entry.id, manifest)
        size = manifest.size if manifest else entry.size
        return ModelInfo(
            id=entry.id,
            name=entry.name,
            kind=entry.kind,
            summary=entry.summary,
            size=size,
            licence=entry.licence,
            licence_url=entry.licence_url,
            sha256=manifest.sha256 if manifest else entry.sha256,
            state=state,
            fit=judge_fit(
                size, entry.kv_bytes_per_token, entry.context, self._hardware(), answers=entry.kind == "chat"
            ),
            in_use=entry.id == chosen,
            terms=entry.terms,
            downloaded=downloaded,
            imported=bool(manifest and manifest.imported),
            shipped=self._store.is_shipped(entry.id),
        )

    def _own(self, manifest: Manifest, chosen: str | None) -> ModelInfo:
        return ModelInfo(
            id=manifest.id,
            name=manifest.name,
            kind=manifest.kind,
            summary="Imported from a file; Chartside has not tried this model.",
            size=manifest.size,
            licence=manifest.licence or "not stated in the file",
            licence_url="",
            sha256=manifest.sha256,
            state=ModelState.INSTALLED,
            fit=judge_fit(manifest.size, manifest.kv_bytes_per_token, manifest.context, self._hardware()),
            in_use=manifest.id == chosen,
            downloaded=manifest.size,
            imported=True,
            shipped=self._store.is_shipped(manifest.id),
        )

    def _state(self, model_id: str, manifest: Manifest | None) -> tuple[ModelState, int]:
        if manifest is not None:
            return ModelState.INSTALLED, manifest.size
        if not self._store.work_folder(model_id).exists():
            return ModelState.AVAILABLE, 0
        gathered = self._store.partial_size(model_id)
        if self._store.locked(model_id):
            return ModelState.FETCHING, gathered
        return (ModelState.PAUSED if gathered else ModelState.AVAILABLE), gathered

    def _in_use(self, installed: dict[str, Manifest]) -> str | None:
        """The chosen chat model, else the starter, else the first installed in the order of the catalogue."""
        chat = [model_id for model_id, manifest in installed.items() if manifest.kind == "chat"]
        order = [self._settings.get().model_id, self._catalogue.starter]
        order += [entry.id for entry in self._catalogue.entries]
        return next((model_id for model_id in order if model_id in chat), chat[0] if chat else None)


def can_answer(info: ModelInfo) -> bool:
    return info.kind == "chat" and info.state is ModelState.INSTALLED
