"""The command line: parses, dispatches, and turns outcomes into exit codes.

0 done, 1 a defect of the program, 2 wrong usage, 3 an expected failure with advice on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from engine.commands.builder import Builder, Group
from engine.commands.vault_grammar import add_protection, add_users, add_vault
from engine.commands.visits_grammar import add_visits
from engine.errors import UserError
from engine.paths import Paths

EXIT_DONE, EXIT_DEFECT, EXIT_USAGE, EXIT_FAILURE, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. The desktop program is opened by app, not here."""
    try:
        code = _run(build_parser().parse_args(argv))
    except SystemExit:
        _report_started()  # --version, --help or wrong usage: it got as far as that
        raise
    if code != EXIT_DEFECT:
        _report_started()
    return code


def _report_started() -> None:
    """Tell the launcher that this version works, should it be on trial after an update."""
    from engine.installation import Installation

    installation = Installation.this()
    if installation is not None:
        installation.report_started()


def _run(args: argparse.Namespace) -> int:
    # Commands are imported when they run: "models list" should not load what "ask" needs.
    from engine.commands.console import Console, Session

    console = Console(json=args.json, quiet=args.quiet)
    try:
        paths = Paths.default(Path(args.data).expanduser() if args.data else None)
        session = Session(
            console, paths, args.passphrase_file, args.model, args.user, args.recovery_key_file, args.reason
        )
        module, function = args.command
        return int(getattr(import_module(f"engine.commands.{module}"), function)(session, args))
    except UserError as error:
        console.end_progress()
        console.err.write(f"{error.message}\n")
        if error.advice:
            console.err.write(f"{error.advice}\n")
        if error.details:
            console.err.write(f"({error.details})\n")
        return EXIT_FAILURE
    except KeyboardInterrupt:
        console.end_progress()
        console.err.write("Stopped.\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away ("chartside … | head"): not our failure, and nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return EXIT_DONE
    except Exception as error:  # noqa: BLE001 - the one place where a defect becomes an exit code
        console.end_progress()
        console.err.write(f"This is a defect in Chartside: {type(error).__name__}. No work that was saved is lost.\n")
        _write_crash(args, error)
        return EXIT_DEFECT


def _write_crash(args: argparse.Namespace, error: Exception) -> None:
    from engine import __version__
    from engine.crashes import CrashReporter

    paths = Paths.default(Path(args.data).expanduser() if args.data else None)
    file = CrashReporter(paths.crash_dir, __version__).report(error)
    if file is not None:
        sys.stderr.write(f"A report without patient text was written to {file}; nothing was sent anywhere.\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    parser = argparse.ArgumentParser(
        prog="chartside",
        description="A private assistant for clinics, on this computer. Without a command the desktop program opens.",
    )
    _add_global_options(parser, suppress=False)
    common = argparse.ArgumentParser(add_help=False)
    _add_global_options(common, suppress=True)
    builder = Builder(common)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    builder.add(commands, "demo", ("demo", "run"), "import the sample library and answer questions from it")
    _add_questions(builder, commands)
    _add_why(builder, commands)
    _add_check(builder, commands)
    _add_transcribe(builder, commands)
    _add_note(builder, commands)
    add_visits(builder, commands)
    _add_library(builder, commands)
    _add_models(builder, commands)
    _add_update(builder, commands)
    add_users(builder, commands)
    add_vault(builder, commands)
    doctor = builder.add(commands, "doctor", ("doctor", "run"), "check that everything Chartside needs works here")
    doctor.add_argument(
        "--offline-proof",
        action="store_true",
        help="work under watch for some minutes instead, and show that nothing leaves this computer",
    )
    return parser


def _add_global_options(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    # Given before the command the options have defaults; repeated after it, they must not overwrite those.
    def default(value: object) -> object:
        return argparse.SUPPRESS if suppress else value

    from engine import __version__

    parser.add_argument("--data", metavar="DIR", default=default(None), help="folder of the workspace")
    parser.add_argument(
        "--passphrase-file", metavar="FILE", default=default(None), help="read the passphrase from FILE (- for stdin)"
    )
    parser.add_argument("--user", metavar="NAME", default=default(""), help="who signs in, where several people may")
    parser.add_argument(
        "--recovery-key-file",
        metavar="FILE",
        default=default(None),
        help="sign in with the recovery key in FILE (- for stdin) instead; needs --reason",
    )
    parser.add_argument("--reason", metavar="TEXT", default=default(""), help="why, for administrators to read")
    parser.add_argument("--model", metavar="ID", default=default(None), help="answer with this model, this once")
    parser.add_argument("--json", action="store_true", default=default(False), help="print results as JSON")
    parser.add_argument("--quiet", action="store_true", default=default(False), help="no messages or progress")
    if not suppress:
        parser.add_argument("--version", action="version", version=f"chartside {__version__}")


def _add_questions(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    ask = builder.add(commands, "ask", ("questions", "ask"), "answer a question from the library, with sources")
    ask.add_argument("question", nargs="?", help="the question, in quotes")
    ask.add_argument("--conversation", metavar="ID", type=int, help="ask as a follow-up in this conversation")
    ask.add_argument("--cases", metavar="FILE.jsonl", help="one question a line; prints one JSON line each")
    search = builder.add(commands, "search", ("questions", "search"), "find the passages nearest to a question")
    search.add_argument("question", nargs="?", help="the question, in quotes")
    search.add_argument("-k", type=_positive, default=10, help="how many passages (10)")
    search.add_argument("--cases", metavar="FILE.jsonl", help="one question a line; prints one JSON line each")


def _add_check(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    check = builder.add(commands, "check", ("check", "run"), "compare a text with its sources, sentence by sentence")
    check.add_argument("--text", metavar="FILE", help="the text to check")
    check.add_argument(
        "--source",
        metavar="FILE",
        nargs="+",
        action="extend",
        help="what it must rest on: documents or transcripts",
    )
    check.add_argument("--cases", metavar="FILE.jsonl", help="one text with sources a line; prints one JSON line each")


def _add_transcribe(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    transcribe = builder.add(commands, "transcribe", ("transcribe", "run"), "write down what is said in a sound file")
    transcribe.add_argument("file", metavar="FILE", help="WAV, MP3, M4A, OGG, FLAC or MP4")
    transcribe.add_argument("--hint", metavar="WORDS", default="", help="names and drugs that may occur")
    transcribe.add_argument("--language", metavar="CODE", default="", help='for example "en"; found out without it')


def _add_note(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    note = builder.add(commands, "note", ("note", "run"), "draft a note from what was said at a visit")
    note.add_argument("--transcript", metavar="FILE", help="lines of “Doctor: words”, VTT, SRT, TextGrid or DOCX")
    note.add_argument("--template", metavar="ID", default="", help="kind of note (visit)")
    note.add_argument("--cases", metavar="FILE.jsonl", help="one transcript a line; prints one JSON line each")


def _add_why(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    why = builder.add(commands, "why", ("why", "run"), "everything that made one answer")
    why.add_argument("id", type=int, metavar="ID", help="number of the answer (ask names it)")
    why.add_argument("--save", metavar="FILE", help="save it as one file, which replay takes")
    add_protection(why)
    replay = builder.add(commands, "replay", ("why", "replay"), "have a saved answer written again, and compare")
    replay.add_argument("file", metavar="FILE", help="a file that why --save made")


def _add_library(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    library = commands.add_parser("library", help="the clinic's documents")
    group = library.add_subparsers(metavar="ACTION", required=True)
    add = builder.add(group, "add", ("library", "add"), "import files and folders")
    add.add_argument("paths", nargs="+", metavar="PATH")
    builder.add(group, "list", ("library", "list_documents"), "list the documents")
    remove = builder.add(group, "remove", ("library", "remove"), "remove a document")
    remove.add_argument("id", type=int, metavar="ID")
    builder.add(group, "reindex", ("library", "reindex"), "read every document again")


def _add_models(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    models = commands.add_parser("models", help="the language models on this computer")
    group = models.add_subparsers(metavar="ACTION", required=True)
    builder.add(group, "list", ("models", "list_models"), "list the catalogue and what is installed")
    fetch = builder.add(group, "fetch", ("models", "fetch"), "download a model, resuming and verifying")
    fetch.add_argument("id", metavar="ID")
    fetch.add_argument("--accept-terms", action="store_true", help="accept the terms that some models come under")
    for name, function, argument, text in (
        ("import", "import_file", "file", "copy a GGUF file into the models folder"),
        ("use", "use", "id", "answer with this model from now on"),
        ("remove", "remove", "id", "delete an installed model"),
    ):
        builder.add(group, name, ("models", function), text).add_argument(argument, metavar=argument.upper())


def _add_update(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    text = "put a new version in from an update file, or go back to the one before"
    update = builder.add(commands, "update", ("update", "roll_back"), text)
    update.add_argument("--roll-back", action="store_true", help="go back to the version before the last update")
    update.set_defaults(wrong_usage=update.error)
    group = update.add_subparsers(metavar="ACTION")
    check = builder.add(group, "check", ("update", "check"), "verify an update file and say what it is")
    check.add_argument("file", metavar="FILE")
    install = builder.add(group, "install", ("update", "install"), "put an update file in")
    install.add_argument("file", metavar="FILE")
    # For the window, which cannot signal a process of the administrator's.
    install.add_argument("--while-stdin-open", action="store_true", help=argparse.SUPPRESS)


def _positive(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100:
        raise argparse.ArgumentTypeError("give a number from 1 to 100")
    return value
