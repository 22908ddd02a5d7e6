"""chartside demo: the main job in the terminal, on the sample library, in a workspace that is thrown away."""

from __future__ import annotations

import argparse
import dataclasses
import json
import secrets
import tempfile
from importlib.resources import files
from pathlib import Path

from engine.commands import library as library_commands
from engine.commands.console import Session
from engine.commands.questions import ask_and_print
from engine.workspace import Workspace

# One answered from a table, one from a procedure, and one that the library cannot answer.
_SHOWN = ("epinephrine-child", "power-failure", "missing-parental-leave")


def run(session: Session, _args: argparse.Namespace) -> int:
    """Import the samples and answer three questions, one of which the library cannot answer."""
    console = session.console
    console.say("Chartside demo: sample documents, a real model on this computer, no network.")
    with tempfile.TemporaryDirectory(prefix="chartside-demo-") as folder:
        paths = dataclasses.replace(session.paths, data=Path(folder))
        workspace = Workspace.create(paths, secrets.token_urlsafe(24))
        try:
            if session.model_id:
                workspace.choose_model(session.model_id)
            console.say("Importing the sample library …")
            result = workspace.library.add_samples()
            library_commands.wait_with_progress(workspace, console)
            code = library_commands.report(workspace, console, result)
            workspace.library.wait_until_searchable()
            for question in _questions():
                console.print(f"\n» {question}\n")
                ask_and_print(workspace, console, question)
            return code
        finally:
            workspace.close()


def _questions() -> list[str]:
    cases = json.loads(files("resources").joinpath("samples", "questions.json").read_text(encoding="utf-8"))[
        "questions"
    ]
    by_id = {case["id"]: case["question"] for case in cases}
    return [by_id[shown] for shown in _SHOWN]
