"""chartside models: list, fetch, import, use and remove language models."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands.console import Console, Session
from engine.errors import UserError
from engine.models.progress import FetchProgress
from engine.models.service import Models
from engine.settings import SettingsStore
from engine.types import ModelInfo, ModelState


def list_models(session: Session, _args: argparse.Namespace) -> int:
    """chartside models list: the catalogue and what is installed, with whether each fits this computer."""
    models = _models(session).list()
    if session.console.json:
        session.console.print_json({"models": [model_json(model) for model in models]})
        return 0
    for model in models:
        mark = "*" if model.in_use else " "
        session.console.print(f"{mark} {model.id:<34} {model.state:<10} {_size(model.size):>8}  {model.name}")
        session.console.print(f"    {model.fit.reason} Licence: {model.licence}.")
    return 0


def fetch(session: Session, args: argparse.Namespace) -> int:
    """chartside models fetch: download one model by name, resuming what is there, and verify it."""
    models = _models(session)
    _refuse_terms(models.get(args.id), accepted=args.accept_terms)
    info = models.fetch(args.id, lambda progress: _show(session.console, progress), accept_terms=args.accept_terms)
    session.console.end_progress()
    return _done(session.console, info, "is installed")


def import_file(session: Session, args: argparse.Namespace) -> int:
    """chartside models import: copy a GGUF file of one's own into the models folder."""
    models = _models(session)
    info = models.import_file(Path(args.file), lambda progress: _show(session.console, progress))
    session.console.end_progress()
    return _done(session.console, info, "is installed")


def use(session: Session, args: argparse.Namespace) -> int:
    """chartside models use: answer with this model from now on."""
    return _done(session.console, _models(session).use(args.id), "is in use")


def remove(session: Session, args: argparse.Namespace) -> int:
    """chartside models remove: delete an installed model's files."""
    _models(session).remove(args.id)
    if session.console.json:
        session.console.print_json({"removed": args.id})
    session.console.say(f"{args.id} was removed.")
    return 0


def _refuse_terms(model: ModelInfo, *, accepted: bool) -> None:
    """Name the terms of a model that is about to be fetched, unless they were accepted with the command."""
    if model.terms and not accepted and model.state is not ModelState.INSTALLED:
        raise UserError(
            f"“{model.name}” comes under terms that have to be accepted first: {model.licence}.",
            f"{model.terms}\nThe full text: {model.licence_url}\n"
            f"To accept them and download: chartside models fetch {model.id} --accept-terms",
        )


def model_json(model: ModelInfo) -> dict[str, Any]:
    """The contract of one model in models list --json."""
    return {
        "id": model.id,
        "name": model.name,
        "kind": model.kind,
        "state": str(model.state),
        "size": model.size,
        "sha256": model.sha256,
        "licence": model.licence,
        "in_use": model.in_use,
        "fits": model.fit.fits,
        "reason": model.fit.reason,
    }


def _models(session: Session) -> Models:
    # Models hold no patient data: they are managed without the passphrase.
    return Models(session.paths, SettingsStore(session.paths.settings_file))


def _done(console: Console, info: ModelInfo, what: str) -> int:
    if console.json:
        console.print_json(model_json(info))
    else:
        console.print(f"{info.name} {what}.")
    return 0


def _show(console: Console, progress: FetchProgress) -> None:
    share = f"{100 * progress.done / progress.total:.0f}%" if progress.total else ""
    speed = f" · {_size(int(progress.bytes_per_s))}/s" if progress.bytes_per_s else ""
    console.progress(f"{progress.stage} {progress.model_id} {share} of {_size(progress.total)}{speed}")


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
