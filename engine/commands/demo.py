"""chartside demo: the main job in the terminal, on the sample library, in a workspace that is thrown away."""

from __future__ import annotations

import argparse
import secrets
import tempfile
from pathlib import Path

from engine.commands import library as library_commands
from engine.commands.console import Session
from engine.commands.questions import ask_and_print
from engine.paths import Paths
from engine.workspace import Workspace

QUESTIONS = (
    "What is the adult dose of adrenaline in anaphylaxis?",
    "What should be done when the vaccine fridge is above 8 °C?",
    "What is the clinic's policy on dogs in the waiting room?",
)


def run(session: Session, _args: argparse.Namespace) -> int:
    """Import the samples and answer three questions, one of which the library cannot answer."""
    console = session.console
    console.say("Chartside demo: sample documents, a real model on this computer, no network.")
    with tempfile.TemporaryDirectory(prefix="chartside-demo-") as folder:
        paths = Paths(data=Path(folder), models=session.paths.models)
        workspace = Workspace.create(paths, secrets.token_urlsafe(24))
        try:
            if session.model_id:
                workspace.choose_model(session.model_id)
            console.say("Importing the sample library …")
            result = workspace.library.add_samples()
            library_commands.wait_with_progress(workspace, console)
            code = library_commands.report(workspace, console, result)
            for question in QUESTIONS:
                console.print(f"\n» {question}\n")
                ask_and_print(workspace, console, question)
            return code
        finally:
            workspace.close()
