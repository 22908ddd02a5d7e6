"""What every command shares: its streams, progress on a terminal, the passphrase, and the opened workspace."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO

import msgspec

from engine.errors import UserError
from engine.paths import Paths
from engine.workspace import Workspace


@dataclass
class Console:
    """The streams of a command. Results go to out; progress and messages to err, progress only on a terminal."""

    json: bool = False
    quiet: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    _progress_width: int = 0

    def print(self, text: str = "") -> None:
        """Write one line of result."""
        self.out.write(text + "\n")
        self.out.flush()

    def print_json(self, value: Any) -> None:
        """Write one value as one line of JSON."""
        self.print(msgspec.json.encode(value).decode("utf-8"))

    def say(self, text: str) -> None:
        """Write a message for the person to stderr, unless asked to be quiet."""
        if not self.quiet:
            self._clear_progress()
            self.err.write(text + "\n")
            self.err.flush()

    def progress(self, text: str) -> None:
        """Show one overwritten line of progress, on a terminal only."""
        if self.quiet or not self.err.isatty():
            return
        line = text[:110]
        self.err.write("\r" + line.ljust(self._progress_width))
        self.err.flush()
        self._progress_width = len(line)

    def end_progress(self) -> None:
        self._clear_progress()

    def _clear_progress(self) -> None:
        if self._progress_width:
            self.err.write("\r" + " " * self._progress_width + "\r")
            self._progress_width = 0


@dataclass
class Session:
    """Options common to all commands, and the way to the workspace they name."""

    console: Console
    paths: Paths
    passphrase_file: str | None = None
    model_id: str | None = None

    @contextmanager
    def workspace(self, *, create: bool = False) -> Iterator[Workspace]:
        """Open the workspace for the length of a command; with create, make it when there is none yet."""
        workspace = self._open(create)
        try:
            if self.model_id:
                workspace.choose_model(self.model_id)
            yield workspace
        finally:
            workspace.close()

    def _open(self, create: bool) -> Workspace:
        if Workspace.exists(self.paths):
            if self.passphrase_file is None and (remembered := Workspace.unlock_with_keyring(self.paths)):
                return remembered
            return Workspace.unlock(self.paths, self._passphrase())
        if not create:
            raise UserError(
                f"There is no workspace in {self.paths.data} yet.",
                "Add documents with “chartside library add PATH”, which makes one, or open the program once.",
            )
        self.console.say(f"Making a new encrypted workspace in {self.paths.data}.")
        return Workspace.create(self.paths, self._passphrase(twice=True))

    def _passphrase(self, *, twice: bool = False) -> str:
        if self.passphrase_file == "-":  # noqa: S105 - a file name
            return self.console.stdin.readline().rstrip("\r\n")
        if self.passphrase_file is not None:
            return _first_line(Path(self.passphrase_file))
        if not self.console.stdin.isatty():
            raise UserError(
                "A passphrase is needed and there is no terminal to ask on.",
                "Give it with --passphrase-file FILE, or --passphrase-file - to read it from standard input.",
            )
        passphrase = getpass.getpass("Passphrase: ")
        if twice and getpass.getpass("The same again: ") != passphrase:
            raise UserError("The two passphrases differ.", "Start again and type the same passphrase twice.")
        return passphrase


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The passphrase file {path} could not be read.", "Check its name and rights.") from error


Case = dict[str, Any]


def needs_question(case: Case) -> str | None:
    """What a line of questions must look like, where this one does not."""
    return None if isinstance(case.get("question"), str) else 'Each line needs {"id": …, "question": "…"}.'


def read_cases(path: str, stdin: IO[str], complaint: Callable[[Case], str | None] = needs_question) -> Iterator[Case]:
    """Yield the objects of a JSON Lines file ("-": standard input). Raises UserError naming the line that is wrong.

    complaint tells what a line must look like where it does not.
    """
    try:
        text = stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The cases file {path} could not be read.", "Check its name, rights and UTF-8 encoding."
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise UserError(f"Line {number} of {path} is not valid JSON.", "Mend that line.", str(error)) from error
        wrong = complaint(case if isinstance(case, dict) else {})
        if wrong:
            raise UserError(f"Line {number} of {path} is not a case.", wrong)
        yield case


def each_case(session: Session, path: str, work: Callable[[Workspace, Case], Case]) -> int:
    """Run work on every question of a file with one opened workspace; see run_cases."""
    cases = list(read_cases(path, session.console.stdin))
    with session.workspace() as workspace:
        return run_cases(session.console, cases, lambda case: work(workspace, case))


def run_cases(console: Console, cases: Sequence[Case], work: Callable[[Case], Case]) -> int:
    """Run work on every case, printing one JSON line per case in order.

    An expected failure of one case is that case's line, {"id", "error": {"message", "advice"}}; the rest go on.
    Returns exit code 0, or 3 when any case failed.
    """
    failed = 0
    for number, case in enumerate(cases, start=1):
        console.progress(f"case {number} of {len(cases)}")
        try:
            outcome = work(case)
        except UserError as error:
            failed += 1
            outcome = {"error": {"message": error.message, "advice": error.advice}}
        console.end_progress()
        console.print_json({"id": case.get("id", number), **outcome})
    return 3 if failed else 0
