"""What every command shares: its streams, progress on a terminal, the passphrase, and the opened workspace."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO

import msgspec

from engine.commands.secrets_in import SecretSource
from engine.errors import NameNeeded, NotAllowed, UserError
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
    user: str = ""
    recovery_key_file: str | None = None
    reason: str = ""
    _typed: str | None = field(default=None, repr=False)

    @contextmanager
    def workspace(self, *, create: bool = False, must_change: bool = False) -> Iterator[Workspace]:
        """Open the workspace for the length of a command; with create, make it when there is none yet.

        must_change: also for somebody who is to choose a passphrase of their own first; others are refused.
        """
        workspace = self._open(create)
        try:
            if workspace.must_change and not must_change:
                raise NotAllowed(
                    "Your passphrase was set by somebody else.",
                    "Choose a passphrase that only you know with “chartside users passwd”.",
                )
            if self.model_id:
                workspace.choose_model(self.model_id)
            yield workspace
        finally:
            workspace.close()

    def passphrase(self) -> str:
        """The passphrase of who signed in: as it was given then, or asked for now."""
        return self._typed if self._typed is not None else self._passphrase()

    def secrets(self) -> SecretSource:
        """Where further secrets of the command come from."""
        return SecretSource(self.console.stdin)

    def _open(self, create: bool) -> Workspace:
        if Workspace.exists(self.paths):
            return self._emergency() if self.recovery_key_file is not None else self._unlock()
        if not create:
            raise UserError(
                f"There is no workspace in {self.paths.data} yet.",
                "Add documents with “chartside library add PATH”, which makes one, or open the program once.",
            )
        self.console.say(f"Making a new encrypted workspace in {self.paths.data}.")
        return Workspace.create(self.paths, self._passphrase(twice=True), name=self.user)

    def _unlock(self) -> Workspace:
        if not self.user and self.passphrase_file is None and (known := Workspace.unlock_with_keyring(self.paths)):
            return known
        name = self.user
        if not name and Workspace.names_needed(self.paths):
            name = self.secrets().ask("Name") or ""
            if not name.strip():
                raise NameNeeded("Several people may open this workspace.", "Say who you are with --user NAME.")
        return Workspace.unlock(self.paths, self._passphrase(), name)

    def _emergency(self) -> Workspace:
        key = self.secrets().read("recovery key", "--recovery-key-file", self.recovery_key_file)
        return Workspace.emergency(self.paths, key, self.reason)

    def _passphrase(self, *, twice: bool = False) -> str:
        self._typed = self.secrets().read("passphrase", "--passphrase-file", self.passphrase_file, twice=twice)
        return self._typed


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
