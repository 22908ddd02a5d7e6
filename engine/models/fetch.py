"""Fetch models by name, for the set-up: python -m engine.models.fetch [--starter] [--embedding] [--speech] [ID ...]."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import FetchProgress, FetchStage, ModelState

_LINE_EVERY_S = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when every model is installed, 3 for an expected failure, 130 where a person interrupted."""
    parser = argparse.ArgumentParser(prog="engine.models.fetch", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--starter", action="store_true", help="the model that a new computer begins with")
    parser.add_argument("--embedding", action="store_true", help="the model that search needs")
    parser.add_argument("--speech", action="store_true", help="the model that writes down what is said")
    options = parser.parse_args(arguments)
    paths = Paths.default()
    models = Models(paths, SettingsStore(paths.settings_file))
    wanted = [models.starter().id] if options.starter else []
    wanted += [models.embedding().id] if options.embedding else []
    wanted += [models.speech().id] if options.speech else []
    cancel = CancelToken()
    try:
        for model_id in dict.fromkeys([*wanted, *options.ids]):
            _fetch(models, model_id, cancel)
    except UserError as error:
        _say(f"{error.message}\n{error.advice}\n{error.details}".strip())
        return 3
    except (KeyboardInterrupt, Cancelled):
        _say("Stopped. What has arrived is kept; the next run goes on from there.")
        return 130
    return 0


def _fetch(models: Models, model_id: str, cancel: CancelToken) -> None:
    info = models.get(model_id)
    if info.state is ModelState.INSTALLED:
        return
    _say(f"Fetching the model {info.name}, {info.size / 1e6:.0f} MB (licence: {info.licence})")
    models.fetch(model_id, _printer(), cancel)
    _say(f"  {info.name} is there and its check sum is right.")


def _printer() -> Callable[[FetchProgress], None]:
    """Progress as one line that is redrawn on a terminal, and as a line every five seconds elsewhere."""
    terminal = sys.stderr.isatty()
    told_at = time.monotonic()

    def show(progress: FetchProgress) -> None:
        nonlocal told_at
        if progress.stage is FetchStage.DONE:
            if terminal:
                sys.stderr.write("\r\033[K")
            return
        if not terminal and time.monotonic() - told_at < _LINE_EVERY_S:
            return
        told_at = time.monotonic()
        share = 100 * progress.done / progress.total if progress.total else 0
        line = f"  {progress.stage} {share:3.0f}% {progress.bytes_per_s / 1e6:.1f} MB/s"
        sys.stderr.write(f"\r\033[K{line}" if terminal else line + "\n")
        sys.stderr.flush()

    return show


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
