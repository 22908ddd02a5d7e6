"""Take the pictures. Exit code 1 where a scene does not get as far as it should."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from app.application import make_application
from engine.paths import Paths
from tests.screenshots import scenes, updates, vault, visits
from tests.screenshots.evidence import evidence
from tests.screenshots.studio import Studio

ROOT = Path(__file__).resolve().parents[2]
README_PICTURES = {"ask-source-light.png": "ask.png", "visits-proof-light.png": "visit.png"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Take pictures of every page of the real program.")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots", help="folder for the pictures")
    parser.add_argument("--only", default="", help="take only pictures whose name contains this")
    parser.add_argument("--model", default="", help="answer with this installed model")
    parser.add_argument("--readme", action="store_true", help="copy the README's pictures into docs/images")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="chartside-pictures-") as folder:
        scratch = Path(folder)
        paths = Paths(data=scratch / "data", models=Paths.default().models)
        paths.prepare()
        visits.plug_in_microphone(scratch)
        studio = Studio(application, paths, args.out, args.only)
        try:
            key = scenes.first_start(studio)
            if args.model:
                studio.workspace.choose_model(args.model)
            updates.updates(studio, scratch)
            scenes.library(studio, scratch)
            scenes.ask(studio)
            evidence(studio)
            visits.visits(studio)
            scenes.locked(studio)
            vault.people(studio, scenes.PASSPHRASE, key)
            vault.activity(studio)
            vault.restore(studio, key)
            updates.went_back(studio)
        finally:
            studio.close()
    if args.readme:
        for taken, picture in README_PICTURES.items():
            shutil.copyfile(args.out / taken, ROOT / "docs" / "images" / picture)
    print(f"{len(studio.taken)} pictures in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
