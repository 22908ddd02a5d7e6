"""Where models stand on disk: one folder per model with a manifest, and partial downloads apart from them.

    <models>/<id>/manifest.json, <files>     an installed model: every file was verified before the folder got its name
    <models>/.partial/<id>/<file>[.part]     a download or import under way
    <models>/.locks/<id>.lock                held while one process changes that model
    <models>/.removed/<number>               a folder on its way out
    <models>/.verified/<id>.json             a shipped model whose files were hashed here again
    <shipped>/<id>/manifest.json, <files>    came with the installer; only read

A model of the person's own comes before a shipped one of the same name. A model appears and disappears by one rename,
so a reader never finds half of one.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import filelock
import msgspec
from msgspec import Struct

from engine.errors import ModelMissing, ModelUnusable, UserError
from engine.files import sync_folder, write_atomically
from engine.models.sums import sha256_of
from engine.paths import private_folder

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,120}")
_MANIFEST = "manifest.json"
_SCHEMA = 1


class StoredFile(Struct, frozen=True):
    """A file as it was verified; mtime_ns tells whether it was touched since."""

    name: str
    size: int
    sha256: str
    mtime_ns: int = 0


class Manifest(Struct, frozen=True):
    """What an installed model is. context in tokens; see CatalogueEntry for the other fields."""

    id: str
    name: str
    kind: str
    files: list[StoredFile]
    context: int
    source: str
    installed_at: str
    kv_bytes_per_token: int = 0
    parameters: int = 0
    template: str = ""
    licence: str = ""
    architecture: str = ""
    terms_accepted_at: str = ""
    imported: bool = False
    schema: int = _SCHEMA

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def sha256(self) -> str:
        """The sum of the largest file: the weights."""
        return max(self.files, key=lambda file: file.size).sha256


class ModelStore:
    """The models folder, and beside it the one that came with the installer.

    Holds no state of its own: the disk is the truth, also for other processes.
    """

    def __init__(self, folder: Path, shipped: Path | None = None) -> None:
        self._folder = folder
        self._shipped = shipped

    @property
    def folder(self) -> Path:
        return self._folder

    def folder_of(self, model_id: str) -> Path:
        """Where a model's files are, or would be put."""
        own = self._folder / _checked(model_id)
        if self._shipped is not None and self.is_shipped(model_id):
            return self._shipped / model_id
        return own

    def is_shipped(self, model_id: str) -> bool:
        """Whether the model that is used under this name came with the installer."""
        if self._shipped is None or _read(self._folder / _checked(model_id)) is not None:
            return False
        return _read(self._shipped / model_id) is not None

    def work_folder(self, model_id: str) -> Path:
        """Where a model's bytes gather before they are verified. May not exist yet."""
        return self._folder / ".partial" / _checked(model_id)

    def manifest(self, model_id: str) -> Manifest | None:
        """The manifest of a model whose files are all there with their sizes; None otherwise. Reads no weights."""
        folders = [self._folder / _checked(model_id)]
        if self._shipped is not None:
            folders.append(self._shipped / model_id)
        return next((manifest for folder in folders if (manifest := _read(folder)) is not None), None)

    def installed(self) -> list[Manifest]:
        """Every usable model on disk, by id."""
        folders = [folder for folder in (self._folder, self._shipped) if folder is not None and folder.is_dir()]
        names = {child.name for folder in folders for child in folder.iterdir() if _ID.fullmatch(child.name)}
        return [manifest for name in sorted(names) if (manifest := self.manifest(name)) is not None]

    def partial_size(self, model_id: str) -> int:
        """Bytes that an unfinished download has gathered; 0 where there is none."""
        total = 0
        for file in self.work_folder(model_id).rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # a running download may rename it meanwhile
                if file.is_file() and ".scratch" not in file.parts and file.name != _MANIFEST:
                    total += file.stat().st_size
        return total

    def place(self, manifest: Manifest) -> None:
        """Give the verified files of the work folder their name, durably; the model that stood there goes after."""
        work, target = self.work_folder(manifest.id), self._folder / _checked(manifest.id)
        files = [
            msgspec.structs.replace(file, mtime_ns=(work / file.name).stat().st_mtime_ns) for file in manifest.files
        ]
        content = msgspec.json.encode(msgspec.structs.replace(manifest, files=files))
        write_atomically(work / _MANIFEST, msgspec.json.format(content, indent=2) + b"\n")
        replaced = self._move_out(target)
        work.replace(target)
        sync_folder(self._folder)
        if replaced is not None:
            shutil.rmtree(replaced, ignore_errors=True)

    def remove(self, model_id: str) -> None:
        """Delete an installed model.

        Raises UserError for one that came with the installer, and where another program holds its files open (Windows).
        """
        if self.is_shipped(model_id):
            raise UserError(
                "This model came with Chartside and is part of the program, so it cannot be removed by itself.",
                "Use another model if you like; this one only takes room on the disk.",
            )
        moved = self._move_out(self._folder / _checked(model_id))
        if moved is not None:
            shutil.rmtree(moved, ignore_errors=True)

    def discard_partial(self, model_id: str) -> None:
        moved = self._move_out(self.work_folder(model_id))
        if moved is not None:
            shutil.rmtree(moved, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what an interrupted removal left behind."""
        shutil.rmtree(self._folder / ".removed", ignore_errors=True)

    def verify(self, model_id: str) -> Manifest:
        """Hash every file of an installed model. Raises ModelMissing, or ModelUnusable where a sum differs."""
        manifest = self.manifest(model_id)
        if manifest is None:
            raise ModelMissing(f"The model “{model_id}” is not installed.", "Fetch it or import it again.")
        folder = self.folder_of(model_id)
        if any(sha256_of(folder / file.name) != file.sha256 for file in manifest.files):
            again = "Install Chartside again." if self.is_shipped(model_id) else "Remove the model and fetch it again."
            raise ModelUnusable(
                f"The files of “{manifest.name}” were changed or damaged since they were installed.", again
            )
        return manifest

    def untouched(self, manifest: Manifest) -> bool:
        """Whether no file was written since it was verified, judged by its modification time."""
        now = self._times(manifest)
        return now in ([file.mtime_ns for file in manifest.files], self._noted(manifest.id))

    def note_verified(self, manifest: Manifest) -> None:
        """Remember the files' present modification times, after verify() found them whole."""
        times = self._times(manifest)
        if self.is_shipped(manifest.id):
            note = private_folder(self._folder / ".verified") / f"{manifest.id}.json"
            write_atomically(note, msgspec.json.encode(times))
            return
        files = [msgspec.structs.replace(file, mtime_ns=time) for file, time in zip(manifest.files, times, strict=True)]
        content = msgspec.json.encode(msgspec.structs.replace(manifest, files=files))
        write_atomically(self.folder_of(manifest.id) / _MANIFEST, msgspec.json.format(content, indent=2) + b"\n")

    def _times(self, manifest: Manifest) -> list[int]:
        folder = self.folder_of(manifest.id)
        return [(folder / file.name).stat().st_mtime_ns for file in manifest.files]

    def _noted(self, model_id: str) -> list[int]:
        """The times at which a shipped model's files were found whole here; empty where they never were."""
        if not self.is_shipped(model_id):
            return []
        try:
            return msgspec.json.decode((self._folder / ".verified" / f"{model_id}.json").read_bytes(), type=list[int])
        except (OSError, msgspec.MsgspecError):
            return []

    @contextlib.contextmanager
    def lock(self, model_id: str) -> Iterator[None]:
        """Held while a model changes. Raises UserError where this or another process already changes it."""
        lock = self._lock(model_id)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout as error:
            raise UserError(
                f"The model “{model_id}” is being fetched or changed already.",
                "Wait until that has finished, or stop it where it was started.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def locked(self, model_id: str) -> bool:
        """Whether some process changes this model at the moment."""
        lock = self._lock(model_id)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            return True
        lock.release()
        return False

    def _lock(self, model_id: str) -> filelock.BaseFileLock:
        # A new object each time: one FileLock object counts nested holders instead of refusing the second.
        folder = private_folder(self._folder / ".locks")
        return filelock.FileLock(folder / f"{_checked(model_id)}.lock", is_singleton=False)

    def _move_out(self, folder: Path) -> Path | None:
        if not folder.exists():
            return None
        target = private_folder(self._folder / ".removed") / uuid.uuid4().hex
        try:
            return folder.replace(target)
        except PermissionError as error:
            raise UserError(
                "The model's files are in use by a running program.",
                "Close Chartside's other windows, then try again.",
                str(error),
            ) from error


def _read(folder: Path) -> Manifest | None:
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        complete = all((folder / file.name).stat().st_size == file.size for file in manifest.files)
    except (OSError, msgspec.MsgspecError):
        return None
    return manifest if complete and manifest.id == folder.name else None


def _checked(model_id: str) -> str:
    if not _ID.fullmatch(model_id):
        raise ModelMissing(f"There is no model called “{model_id}”.", "Choose one from the list of models.")
    return model_id
