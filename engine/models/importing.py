"""Taking in a model file that the person already has."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from engine.cancellation import CancelToken
from engine.clock import utc_now
from engine.errors import ModelUnusable, NotEnoughSpace, UserError
from engine.files import disk_full_told, sync_folder
from engine.inference.gguf_header import GgufHeader, read_header
from engine.models.catalogue import Catalogue, CatalogueEntry
from engine.models.download import partial_path, require_space
from engine.models.progress import OnProgress, ProgressMeter
from engine.models.store import Manifest, ModelStore, StoredFile
from engine.models.sums import BLOCK, sha256_of
from engine.types import FetchStage

# Context used by default for a model of unknown origin: longer costs memory, and few such models do well on more.
_CONTEXT = 8192


class Importer:
    """Copies a GGUF file into the store after looking into it; one that the catalogue knows becomes that entry."""

    def __init__(self, store: ModelStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def take(self, source: Path, listener: OnProgress | None, cancel: CancelToken) -> Manifest:
        """Install a copy of source and return its manifest. source itself is only read.

        Raises ModelUnusable for a file that is no whole language model, NotEnoughSpace, Cancelled, and UserError
        where the file cannot be read. Nothing is left behind on failure.
        """
        header = read_header(source)
        _require_language_model(source, header)
        size = header.file_size
        meter = ProgressMeter(source.stem, size, listener)
        meter.stage(FetchStage.VERIFYING)
        sha256 = self._sum(source, meter, cancel)
        entry = self._catalogue.with_sha256(sha256)
        manifest = _from_entry(entry, sha256, size) if entry else _from_header(source, header, sha256)
        with self._store.lock(manifest.id):
            present = self._store.manifest(manifest.id)
            if present is not None and present.sha256 == sha256:
                return present
            self._copy(source, manifest, meter, cancel)
            self._store.place(manifest)
        meter.stage(FetchStage.DONE)
        return manifest

    def _sum(self, source: Path, meter: ProgressMeter, cancel: CancelToken) -> str:
        try:
            return sha256_of(source, cancel, meter.at)
        except OSError as error:
            raise _unreadable(source, error) from error

    def _copy(self, source: Path, manifest: Manifest, meter: ProgressMeter, cancel: CancelToken) -> None:
        """Copy under the work folder and make sure that what was written is what was summed."""
        self._store.discard_partial(manifest.id)
        work = self._store.work_folder(manifest.id)
        meter.at(0)
        meter.stage(FetchStage.COPYING)
        try:
            work.mkdir(parents=True)
            require_space(work, manifest.size, manifest.name)
            target = work / manifest.files[0].name
            with disk_full_told():
                copied = _copy_summed(source, partial_path(target), meter, cancel)
            if copied != manifest.sha256:
                raise UserError(
                    f"“{source.name}” changed while it was copied.",
                    "Wait until nothing writes to it any more, then import it again.",
                )
            partial_path(target).replace(target)
            sync_folder(work)
        except NotEnoughSpace:
            self._store.discard_partial(manifest.id)
            raise
        except OSError as error:
            self._store.discard_partial(manifest.id)
            raise _unreadable(source, error) from error
        except BaseException:
            self._store.discard_partial(manifest.id)
            raise


def _copy_summed(source: Path, target: Path, meter: ProgressMeter, cancel: CancelToken) -> str:
    digest = hashlib.sha256()
    done = 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while block := reader.read(BLOCK):
            cancel.check()
            digest.update(block)
            writer.write(block)
            done += len(block)
            meter.at(done)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _from_entry(entry: CatalogueEntry, sha256: str, size: int) -> Manifest:
    return Manifest(
        id=entry.id,
        name=entry.name,
        kind=entry.kind,
        files=[StoredFile(entry.files[0].name, size, sha256)],
        context=entry.context,
        source="imported file",
        installed_at=utc_now(),
        kv_bytes_per_token=entry.kv_bytes_per_token,
        parameters=entry.parameters,
        template=entry.template,
        licence=entry.licence,
        imported=True,
    )


def _from_header(source: Path, header: GgufHeader, sha256: str) -> Manifest:
    slug = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")[:80] or "model"
    return Manifest(
        # The sum keeps apart two different files of one name.
        id=f"{slug}-{sha256[:8]}",
        name=header.name.strip() or source.stem,
        kind="chat",
        files=[StoredFile(f"{slug}.gguf", header.file_size, sha256)],
        context=min(header.train_context, _CONTEXT) or _CONTEXT,
        source="imported file",
        installed_at=utc_now(),
        kv_bytes_per_token=header.cache_bytes_per_token(),
        licence=header.text("general.license"),
        architecture=header.architecture,
        imported=True,
    )


def _require_language_model(source: Path, header: GgufHeader) -> None:
    """Raises ModelUnusable for an encoder (it embeds text) or a part of a model that sees or hears."""
    architecture = header.architecture
    encoder = "bert" in architecture or header.metadata.get(f"{architecture}.attention.causal") is False
    if encoder or header.layers == 0 or header.vocabulary == 0:
        raise ModelUnusable(
            f"“{source.name}” is not a language model that can answer.",
            "Choose an instruction-tuned text model (often named “instruct” or “it”).",
            f"architecture {architecture}, {header.layers} layers, {header.vocabulary} words",
        )


def _unreadable(source: Path, error: OSError) -> UserError:
    return UserError(
        f"“{source.name}” could not be read.",
        "Check that the file is there and that you may open it.",
        f"{type(error).__name__}: {error}",
    )
