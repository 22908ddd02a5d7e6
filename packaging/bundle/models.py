"""The models that ship with the full flavour (for answers, search and speech), verified, as the program finds them."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from engine.models.service import Models
from engine.models.store import Manifest, StoredFile
from engine.paths import Paths
from engine.settings import SettingsStore


def ship_models(target: Path, epoch: int, paths: Paths, starter: str | None = None) -> list[str]:
    """Fetch what is not there yet, check every sum, and lay the models out in target; returns their ids.

    A file's time is epoch, in its manifest too, so that the program sees that nobody has written it since. starter:
    another model than the catalogue's, for a quick trial. Raises UserError where a model cannot be had.
    """
    models = Models(paths, SettingsStore(paths.settings_file))
    ids = [starter or models.starter().id, models.embedding().id, models.speech().id]
    for model_id in ids:
        models.fetch(model_id)
        models.verify(model_id)
        manifest = models.manifest(model_id)
        _lay_out(models.path(model_id), target / model_id, manifest, epoch)
    return ids


def _lay_out(source: Path, target: Path, manifest: Manifest, epoch: int) -> None:
    folder = source if source.is_dir() else source.parent
    files = []
    for file in manifest.files:
        place = target / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file.name, place)
        os.utime(place, (epoch, epoch))
        files.append(StoredFile(file.name, file.size, file.sha256, epoch * 1_000_000_000))
    when = datetime.fromtimestamp(epoch, UTC).isoformat(timespec="seconds")
    shipped = msgspec.structs.replace(manifest, files=files, installed_at=when, source="installer")
    (target / "manifest.json").write_bytes(msgspec.json.format(msgspec.json.encode(shipped), indent=2) + b"\n")


def main() -> int:
    """python packaging/bundle/models.py FOLDER EPOCH [STARTER]: run in the environment of the program."""
    target, epoch, *starter = sys.argv[1:]
    folder = Path(target)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print("models:", ", ".join(ship_models(folder, int(epoch), Paths.default(), starter[0] if starter else None)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
