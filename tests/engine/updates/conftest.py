"""A small installation, and signed updates for it that the real tools make."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.cancellation import CancelToken
from engine.installation import Build, Installation
from engine.types import UpdateProgress
from engine.updates.keys import PinnedKeys
from engine.updates.service import Updates

_PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
SYSTEM = "linux-x86_64"
OLD, NEW = "0.1.0", "0.2.0"


def make_bundle(folder: Path, version: str, *, script: str = "", **build: str | int) -> Path:
    """A bundle as PyInstaller leaves it, with a shell script for the program."""
    described = {"version": version, "platform": SYSTEM, "gpu": "none", "source_date_epoch": 1_790_000_000, **build}
    library = folder / "_internal" / "PySide6" / "Qt" / "lib"
    library.mkdir(parents=True)
    (library / "libQt6Core.so.6").write_bytes(b"\x7fELF" + version.encode() + Random(version).randbytes(30_000))
    (folder / "_internal" / "libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    (folder / "_internal" / "empty.txt").touch()
    (library / "libQt6Core.so").symlink_to("libQt6Core.so.6")
    (folder / "BUILD.json").write_text(json.dumps(described))
    program = folder / "chartside"
    program.write_text(script or f'#!/bin/sh\necho "chartside {version}"\n')
    program.chmod(0o755)
    return folder


@dataclass
class Bench:
    """An installation of OLD with its updates, and a maker of update files."""

    root: Path
    installation: Installation
    key: Ed25519PrivateKey
    make: Callable[..., Path]

    @property
    def updates(self) -> Updates:
        return Updates(self.installation, PinnedKeys([self.key.public_key()]), SYSTEM)

    @property
    def prefix(self) -> Path:
        return self.installation.prefix

    def update(self, version: str = NEW, *, key: Ed25519PrivateKey | None = None, **options: str) -> Path:
        """A signed update file of a fresh bundle. options: of the bundle's build, script, updates_from or notes."""
        of_file = {name: options.pop(name) for name in ("updates_from", "notes") if name in options}
        folder = self.root / f"bundle-{version}-{len(list(self.root.glob('bundle-*')))}"
        make_bundle(folder, version, **options)  # type: ignore[arg-type]
        return self.sign(folder, key, **of_file)

    def sign(self, folder: Path, key: Ed25519PrivateKey | None = None, **of_file: str) -> Path:
        out = self.root / "files"
        out.mkdir(exist_ok=True)
        build = json.loads((folder / "BUILD.json").read_text())
        return self.make(folder, Build(**build), key or self.key, out, preset=0, **of_file)

    def install(self, file: Path, **options: object) -> list[UpdateProgress]:
        reports: list[UpdateProgress] = []
        self.updates.install(file, reports.append, CancelToken(), **options)  # type: ignore[arg-type]
        return reports

    def state(self) -> dict[str, object]:
        """Everything under the prefix that matters: what is started, what can be gone back to, what lies there."""
        return {
            "current": (self.prefix / "current").readlink().name,
            "previous": (self.prefix / "previous").readlink().name if (self.prefix / "previous").is_symlink() else "",
            "versions": sorted(each.name for each in (self.prefix / "versions").iterdir() if each.suffix != ".lock"),
            "trial": self.installation.pending_start_file.exists(),
        }


UNTOUCHED = {"current": OLD, "previous": "", "versions": [OLD], "trial": False}
UPDATED = {"current": NEW, "previous": OLD, "versions": [OLD, NEW], "trial": True}


@pytest.fixture
def sign_update() -> Iterator[Callable[..., Path]]:
    sys.path.insert(0, str(_PACKAGING))
    try:
        import sign_update

        yield sign_update.make
    finally:
        sys.path.remove(str(_PACKAGING))


@pytest.fixture
def bench(tmp_path: Path, sign_update: Callable[..., Path]) -> Bench:
    prefix = tmp_path / "prefix with space"
    folder = make_bundle(prefix / "versions" / OLD, OLD)
    (prefix / "current").symlink_to(f"versions/{OLD}")
    (prefix / "installation.json").write_text('{"kind": "run"}')
    installation = Installation.at(folder)
    assert installation is not None
    return Bench(tmp_path, installation, Ed25519PrivateKey.generate(), sign_update)
