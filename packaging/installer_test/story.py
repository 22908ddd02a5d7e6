"""What a clinic does with an installer, step by step. Every step says what it found, or raises AssertionError."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from installer_test import watch
from installer_test.administrator import PREFIX, Administrator
from installer_test.cleanroom import PERSON, Room
from installer_test.consultation import PATIENT, Consultation
from installer_test.desk import Desk
from installer_test.safekeeping import FIRST, Safekeeping

PASSPHRASE = "correct horse battery staple"  # noqa: S105 - of a workspace that is thrown away
QUESTION = "What dose of intramuscular epinephrine does a child of 20 kg get in anaphylaxis?"


@dataclass
class Story:
    """room and desk: where it happens. out: pictures and records stay there."""

    room: Room
    desk: Desk
    administrator: Administrator
    out: Path
    say: Callable[[str], None]
    answer_within_s: float = 300
    records: list[Path] = field(default_factory=list)

    @property
    def consultation(self) -> Consultation:
        return Consultation(self.room, self.desk, self.say)

    def all(self) -> None:
        """The whole story, in order."""
        self.planted_connection_is_caught()
        self.administrator.install()
        self.command_line()
        self.first_day()
        safekeeping = Safekeeping(self.room, PASSPHRASE, self.say)
        safekeeping.prepare()
        self.consultation.is_kept(safekeeping.chartside)
        self.administrator.upgrade()
        self.second_day()
        safekeeping.another_computer()
        self.nothing_called_outside()
        self.administrator.uninstall()
        self.administrator.for_one_person()

    def planted_connection_is_caught(self) -> None:
        """The proof must be able to fail: a connection planted in a watched program has to show."""
        record = self.out / "planted.strace"
        # An address of the block kept for documentation (RFC 5737); the room has no network to reach even that.
        plant = "exec 3<>/dev/tcp/192.0.2.1/443"
        subprocess.run(
            [*watch.recorder(record), *self.room.command("bash", "-c", plant, person=True)],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip
        if not any("192.0.2.1" in line for line in watch.internet_calls(record)):
            raise AssertionError("a planted connection was not caught: the proof of no connections is worth nothing")
        addresses = self.room.run("cat", "/proc/net/dev")
        others = [line for line in addresses.splitlines()[2:] if not line.strip().startswith("lo:")]
        if others:
            raise AssertionError(f"the room has a network: {others}")
        self.say("a planted connection is caught, and the room has no network")

    def command_line(self) -> None:
        """The program finds everything it needs, the shipped models included."""
        report = self._watched("doctor", "chartside", "doctor")
        if "FAIL" in report or report.count("ok ") < 5:
            raise AssertionError(f"chartside doctor:\n{report}")
        listed = self.room.run("chartside", "models", "list", person=True)
        if not re.search(r"^\* \S+ +installed", listed, re.M):
            raise AssertionError(f"no model came with the full flavour:\n{listed}")
        self.say("chartside doctor finds everything; the models came with it")

    def first_day(self) -> None:
        """Create a workspace, take in the samples, ask, get a cited answer, hold a visit, lock, unlock, quit."""
        desk = self.desk
        desk.switch_on()
        program, started = self._open("first-day", *self.consultation.microphone())
        desk.see("Choose a passphrase", 60)
        self.say(
            f"the window asks for a passphrase {time.monotonic() - started:.1f} s after the start, watched and read"
        )
        desk.picture("welcome")
        desk.click("Choose a passphrase")  # the window gets the keys, as a person sees to
        desk.type(PASSPHRASE)
        desk.press("Tab")
        desk.type(PASSPHRASE)
        desk.picture("passphrase")
        desk.press("Return")
        desk.see("The recovery key", 60)
        desk.picture("recovery-key")
        desk.click("Later")  # it is made on the command line, where it can be read and typed back
        desk.see("A sample library", 60)
        desk.picture("first-run")
        desk.click("Add the sample library")
        desk.see("12 documents added", 60)
        desk.click("Begin")
        desk.see("Ask your clinic's documents", 60)
        desk.press("ctrl+3")
        desk.see("Vaccine storage", 60)
        self._wait_for_the_library()
        desk.picture("library")
        self._ask()
        self.consultation.hold()
        desk.press("ctrl+1")
        self._lock_and_unlock()
        self._quit(program)

    def _lock_and_unlock(self) -> None:
        """Locked, nothing of the answer can be read; the passphrase brings it back."""
        desk = self.desk
        desk.press("ctrl+l")
        desk.see("Unlock the workspace", 60)
        desk.gone("Anaphylaxis protocol", 10)
        desk.picture("locked")
        desk.click("Unlock the workspace")
        desk.type(PASSPHRASE)
        desk.press("Return")
        desk.see("What dose of intramuscular", 60)
        self.say("locked, unlocked, and the question is there")

    def _wait_for_the_library(self) -> None:
        """Until no document waits any more and none failed."""
        for state in ("Waiting", "Reading", "Indexing", "documents done"):
            self.desk.gone(state, 300)
        states = [word.text for word in self.desk.words()]
        if not any("Ready" in state for state in states):
            raise AssertionError(f"the documents did not become ready: {states}")

    def _ask(self) -> None:
        desk = self.desk
        desk.press("ctrl+1")
        desk.click("Ask your clinic's documents")
        desk.type(QUESTION)
        desk.picture("question")
        desk.press("Return")
        started = time.monotonic()
        desk.see("1 supported", self.answer_within_s)
        desk.see("0.15 mg", 10)
        desk.see("Anaphylaxis protocol", 10)
        desk.picture("answer")
        self.say(f"a cited answer with its verdict was on the screen after {time.monotonic() - started:.0f} s")

    def second_day(self) -> None:
        """Name and passphrase open yesterday's work: the documents, and the answer with its verdict."""
        desk = self.desk
        program, _ = self._open("second-day")
        desk.see("Name", 60)  # there are two of them now
        desk.click("Unlock the workspace")
        desk.type(FIRST)
        desk.press("Tab")
        desk.type(PASSPHRASE)
        desk.picture("sign-in")
        desk.press("Return")
        desk.press("ctrl+1")
        desk.click("What dose of intramuscular", 60)
        desk.see("1 supported", 60)
        desk.picture("answer-after-upgrade")
        desk.press("ctrl+2")
        desk.click(PATIENT, 60)
        desk.see("Assessment and plan", 60)
        desk.see("Signed", 60)
        desk.picture("visit-after-upgrade")
        desk.press("ctrl+3")
        desk.see("Vaccine storage", 60)
        desk.picture("library-after-upgrade")
        self.say("after the upgrade the documents, the answer and the signed visit are there")
        self._quit(program)

    def nothing_called_outside(self) -> None:
        """In none of the records is an internet socket."""
        total = 0
        for record in self.records:
            total += watch.calls(record)
            if found := watch.internet_calls(record):
                raise AssertionError(f"{record.name}: {len(found)} calls to the internet, for example {found[0]}")
        if not total:
            raise AssertionError("nothing was recorded, so nothing was proved")
        self.say(f"0 internet sockets in {total} recorded socket calls of {len(self.records)} sessions")

    # helpers

    def _record(self, name: str) -> Path:
        record = self.out / f"{name}.strace"
        self.records.append(record)
        return record

    def _watched(self, name: str, *words: str) -> str:
        command = [*watch.recorder(self._record(name)), *self.room.command(*words, person=True)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False
        )
        return done.stdout

    def _open(self, name: str, *first: str) -> tuple[subprocess.Popen[bytes], float]:
        """first: what stands before the program's name."""
        before = watch.recorder(self._record(name))
        started = time.monotonic()
        program = self.room.start(*first, "chartside", person=True, before=before, log=self.out / f"{name}.log")
        return program, started

    def _quit(self, program: subprocess.Popen[bytes]) -> None:
        self.desk.press("alt+F4")
        try:
            code = program.wait(60)
        except subprocess.TimeoutExpired:
            raise AssertionError("the program was still running a minute after its window was closed") from None
        left = self.room.run("pgrep", "-u", PERSON, "-f", f"{PREFIX}/", check=False).split()
        if code != 0 or left:
            raise AssertionError(f"the program ended with {code} and left {len(left)} processes")
        self.say("closed: the program and its children are gone")
