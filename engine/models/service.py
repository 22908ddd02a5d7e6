"""Models: the service that the window and the command line use to see, fetch, import, choose and remove models."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.errors import ModelMissing, UserError
from engine.models.catalogue import Catalogue, CatalogueEntry
from engine.models.download import Downloader, Source, pinned_entry
from engine.models.hardware import Hardware, detect_hardware
from engine.models.hub import HubSource
from engine.models.importing import Importer
from engine.models.listing import Listing, can_answer
from engine.models.pins import Pins
from engine.models.progress import OnProgress, ProgressMeter
from engine.models.store import Manifest, ModelStore, StoredFile
from engine.models.wheels import WheelSource
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import FetchStage, ModelInfo, ModelState, Permission


class Models:
    """What models there are and which answers. Thread-safe: the disk is the state, and each model has a lock there.

    on_change is called after anything that a list of models shows has changed, on the thread that changed it. require
    is asked before each change, and raises NotAllowed where a workspace is open and who is signed in may not. record is
    told of each change that was made: what it was ("installed", "imported", "in use", "removed") and of which model.
    """

    def __init__(
        self,
        paths: Paths,
        settings: SettingsStore,
        *,
        catalogue: Catalogue | None = None,
        sources: Sequence[Source] | None = None,
        hardware: Callable[[], Hardware] = detect_hardware,
        on_change: Callable[[], None] = lambda: None,
        require: Callable[[Permission], None] = lambda _: None,
        record: Callable[[str, Manifest], None] = lambda _act, _model: None,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue or Catalogue.load()
        self._store = ModelStore(paths.models, paths.shipped_models)
        self._downloader = Downloader(sources if sources is not None else [HubSource(), WheelSource()])
        self._hub = next((source for source in sources or [] if isinstance(source, HubSource)), HubSource())
        self._importer = Importer(self._store, self._catalogue)
        self._pins = Pins(paths.models)
        self._hardware = functools.cache(hardware)
        self._listing = Listing(self._store, self._catalogue, settings, self._hardware)
        self._on_change = on_change
        self._require = require
        self._record = record

    def hardware(self) -> Hardware:
        """This computer, looked at once."""
        return self._hardware()

    def list(self) -> list[ModelInfo]:
        """The catalogue in its order, then imported models by name. Reads no weights: quick."""
        return self._listing.all()

    def get(self, model_id: str) -> ModelInfo:
        """Raises ModelMissing for an id that is neither offered nor installed."""
        for info in self.list():
            if info.id == model_id:
                return info
        raise ModelMissing(f"There is no model called “{model_id}”.", "Choose one from the list of models.")

    def starter(self) -> ModelInfo:
        """The model that a new computer begins with."""
        return self.get(self._catalogue.starter)

    def embedding(self) -> ModelInfo:
        """The model that search needs."""
        return self.get(self._catalogue.embedding)

    def speech(self) -> ModelInfo:
        """The model that recording and dictation need: the catalogue's, or an installed one of its kind without it.

        Raises ModelMissing where the catalogue offers none.
        """
        offered = [info for info in self.list() if info.kind == "speech"]
        installed = [info for info in offered if info.state is ModelState.INSTALLED]
        own = [info for info in installed if info.id == self._catalogue.speech]
        return (own or installed or [self.get(self._catalogue.speech)])[0]

    def in_use(self) -> ModelInfo | None:
        """The chat model that answers: the one chosen, else the starter, else the first installed; None without any."""
        return next((info for info in self.list() if info.in_use), None)

    def path(self, model_id: str) -> Path:
        """The file of an installed chat model, or the folder of one with several files.

        A file that was written since it was verified is hashed again first, which takes seconds.
        Raises ModelMissing where it is not installed, ModelUnusable where its sum no longer fits.
        """
        manifest = self._store.manifest(model_id)
        if manifest is None:
            raise ModelMissing(
                f"The model “{self._name(model_id)}” is not installed.",
                "Fetch it on the Models page, or import a file.",
            )
        if not self._store.untouched(manifest):
            self._store.note_verified(self._store.verify(model_id))
        folder = self._store.folder_of(model_id)
        return folder / manifest.files[0].name if manifest.kind == "chat" else folder

    def manifest(self, model_id: str) -> Manifest:
        """What is known about an installed model: context, template, sums. Raises ModelMissing."""
        manifest = self._store.manifest(model_id)
        if manifest is None:
            raise ModelMissing(f"The model “{self._name(model_id)}” is not installed.", "Fetch it first.")
        return manifest

    def embedding_path(self) -> Path:
        """The folder of the embedding model. Raises ModelMissing, ModelUnusable."""
        return self.path(self._catalogue.embedding)

    def speech_path(self) -> Path:
        """The folder of the speech model. Raises ModelMissing, ModelUnusable."""
        return self.path(self.speech().id)

    def verify(self, model_id: str) -> None:
        """Hash an installed model's files. Raises ModelMissing, or ModelUnusable where a sum differs."""
        self._store.note_verified(self._store.verify(model_id))

    def fetch(
        self,
        model_id: str,
        on_progress: OnProgress | None = None,
        cancel: CancelToken | None = None,
        *,
        accept_terms: bool = False,
    ) -> ModelInfo:
        """Download, verify and install a model of the catalogue; blocks. An installed one is returned as it is.

        Cancelling is a pause: what arrived is kept and the next fetch goes on there. Raises Cancelled,
        DownloadFailed, NotEnoughSpace, ModelMissing, and UserError where another fetch of it runs or its terms were
        not accepted.
        """
        self._require(Permission.MANAGE_MODELS)
        entry = self._catalogue.entry(model_id)
        cancel = cancel or CancelToken()
        if self._store.manifest(model_id) is not None:
            return self.get(model_id)
        if entry.terms and not accept_terms:
            raise UserError(
                f"“{entry.name}” comes under terms that have to be accepted first.", entry.terms, entry.licence_url
            )
        with self._store.lock(model_id):
            self._store.sweep()
            self._on_change()
            try:
                self._fetch_locked(entry, on_progress, cancel)
            finally:
                self._on_change()
        self._on_change()
        return self.get(model_id)

    def _fetch_locked(self, entry: CatalogueEntry, on_progress: OnProgress | None, cancel: CancelToken) -> None:
        meter = ProgressMeter(entry.id, entry.size, on_progress)
        meter.stage(FetchStage.CONNECTING)
        entry = self._pinned(entry)
        meter.total = entry.size
        source = self._downloader.fetch(entry, self._store.work_folder(entry.id), meter, cancel)
        manifest = _manifest_of(entry, source)
        self._store.place(manifest)
        self._record("installed", manifest)
        meter.stage(FetchStage.DONE)

    def _pinned(self, entry: CatalogueEntry) -> CatalogueEntry:
        """entry with every sum known: pinned earlier, or pinned now to what the hub publishes."""
        if all(file.sha256 for file in entry.files):
            return entry
        pinned = self._pins.apply(entry)
        if pinned is None:
            pinned = pinned_entry(entry, self._hub.published(entry, entry.files[0]))
            self._pins.keep(pinned)
        return pinned

    def discard_partial(self, model_id: str) -> None:
        """Throw away what an unfinished download gathered. Raises UserError while it runs."""
        self._require(Permission.MANAGE_MODELS)
        with self._store.lock(model_id):
            self._store.discard_partial(model_id)
        self._on_change()

    def import_file(
        self, path: Path, on_progress: OnProgress | None = None, cancel: CancelToken | None = None
    ) -> ModelInfo:
        """Copy a GGUF file of the person's own into the models; blocks.

        Raises ModelUnusable, NotEnoughSpace, UserError, Cancelled; then nothing was added.
        """
        self._require(Permission.MANAGE_MODELS)
        manifest = self._importer.take(path, on_progress, cancel or CancelToken())
        self._record("imported", manifest)
        self._on_change()
        return self.get(manifest.id)

    def use(self, model_id: str) -> ModelInfo:
        """Answer with this model from now on. Raises ModelMissing, or UserError for one that is no chat model."""
        self._require(Permission.MANAGE_MODELS)
        manifest = self.manifest(model_id)
        if manifest.kind != "chat":
            raise UserError(f"“{manifest.name}” cannot answer questions.", "Choose a chat model.")
        self._settings.update(lambda settings: msgspec.structs.replace(settings, model_id=model_id))
        self._record("in use", manifest)
        self._on_change()
        return self.get(model_id)

    def remove(self, model_id: str, *, even_if_in_use: bool = False) -> None:
        """Delete an installed model. Those in use (for answers, search, speech) are refused unless asked for expressly;
        one that came with the installer always is.

        Raises UserError, ModelMissing.
        """
        self._require(Permission.MANAGE_MODELS)
        info = self.get(model_id)
        if info.state is not ModelState.INSTALLED:
            raise ModelMissing(f"The model “{info.name}” is not installed.", "There is nothing to remove.")
        if not even_if_in_use and not info.shipped:
            self._refuse_if_needed(info)
        manifest = self.manifest(model_id)
        with self._store.lock(model_id):
            self._store.remove(model_id)
        self._record("removed", manifest)
        if self._settings.get().model_id == model_id:
            self._settings.update(lambda settings: msgspec.structs.replace(settings, model_id=""))
        self._on_change()

    def _refuse_if_needed(self, info: ModelInfo) -> None:
        if info.id == self._catalogue.embedding:
            raise UserError(f"Search needs “{info.name}”, so it was not removed.", "Keep it; it is small.")
        if info.kind == "speech" and info.id == self.speech().id:
            raise UserError(f"Recording and dictation need “{info.name}”, so it was not removed.", "Keep it.")
        if info.in_use:
            others = [each.name for each in self.list() if can_answer(each) and each.id != info.id]
            advice = f"Use another model first, for example “{others[0]}”." if others else "Fetch another model first."
            raise UserError(f"“{info.name}” is the model in use, so it was not removed.", advice)

    def _name(self, model_id: str) -> str:
        entry = self._catalogue.find(model_id)
        return entry.name if entry else model_id


def _manifest_of(entry: CatalogueEntry, source: str) -> Manifest:
    return Manifest(
        id=entry.id,
        name=entry.name,
        kind=entry.kind,
        files=[StoredFile(file.name, file.size, file.sha256) for file in entry.files],
        context=entry.context,
        source=source,
        installed_at=utc_now(),
        kv_bytes_per_token=entry.kv_bytes_per_token,
        parameters=entry.parameters,
        template=entry.template,
        licence=entry.licence,
        terms_accepted_at=utc_now() if entry.terms else "",
    )
