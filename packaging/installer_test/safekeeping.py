"""The clinic keeps its work safe: a second person, a recovery key, a backup, and all of it on another computer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from installer_test.cleanroom import PERSON, Room

HOME = f"/home/{PERSON}"
DATA = f"{HOME}/.local/share/chartside"
FIRST, SECOND = "Administrator", "Robin Vale"
_SECOND_PASSPHRASE = "seven quiet kettles sing"  # noqa: S105 - of a workspace that is thrown away
_DOCUMENTS = 12


@dataclass
class Safekeeping:
    """Everything here is done on the command line; passphrase is the first person's."""

    room: Room
    passphrase: str
    say: Callable[[str], None]
    backup: str = ""

    def prepare(self) -> None:
        """A second person, a recovery key typed back, a backup on a stick, and a record that verifies."""
        self._put("first", self.passphrase)
        self._put("second", _SECOND_PASSPHRASE)
        self.chartside("users", "add", SECOND, "--role", "clinician", "--new-passphrase-file", f"{HOME}/second")
        self._put("recovery-key", self._recovery_key())
        self.chartside("recovery", "test", "--key-file", f"{HOME}/recovery-key")
        self.room.run("mkdir", f"{HOME}/stick", person=True)
        self.backup = self._json("backup", "create", "--folder", f"{HOME}/stick")["file"]
        self.chartside("backup", "verify", self.backup)
        self.chartside("audit", "verify")
        self.say("a second person, a recovery key and a verified backup; the record verifies")

    def another_computer(self) -> None:
        """The computer is stolen: a clean folder, the backup and the recovery key are enough, on a newer version."""
        self.room.run("mv", DATA, f"{HOME}/stolen", person=True)
        key = ("--recovery-key-file", f"{HOME}/recovery-key")
        self._run("backup", "restore", self.backup, *key)
        listed = self._json("library", "list")
        if len(listed["documents"]) != _DOCUMENTS:
            raise AssertionError(f"{len(listed['documents'])} documents came back of {_DOCUMENTS}")
        self.chartside("vault", "check")
        self.chartside("audit", "verify")
        self._run("library", "list", *key, "--reason", "nobody who has a passphrase is here")
        kinds = [entry["kind"] for entry in self._json("audit", "list", "--kind", "emergency access")["entries"]]
        if kinds != ["emergency access"]:
            raise AssertionError(f"the emergency access is not in the record: {kinds}")
        self.room.run("rm", "-r", DATA, person=True)
        self.room.run("mv", f"{HOME}/stolen", DATA, person=True)
        self.say("restored on a clean root from the backup and the recovery key: 12 documents, sound, emergency noted")

    def _recovery_key(self) -> str:
        """Have a key made, and type it back as it asks for."""
        command = self.room.command("chartside", *self._who(), "recovery", "make", person=True)
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as making:
            assert making.stdin is not None
            assert making.stdout is not None
            key = making.stdout.readline().strip()
            rest, _ = making.communicate(f"{key}\n", timeout=120)
        if making.returncode != 0 or len(key.split()) < 4:
            raise AssertionError(f"chartside recovery make failed:\n{key}\n{rest}")
        return key

    def _who(self) -> tuple[str, ...]:
        return ("--user", FIRST, "--passphrase-file", f"{HOME}/first")

    def chartside(self, *words: str) -> str:
        """What a command of the first person's prints."""
        return self._run(*self._who(), *words)

    def _json(self, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.chartside("--json", "--quiet", *words))
        return found

    def _run(self, *words: str) -> str:
        return self.room.run("chartside", *words, person=True)

    def _put(self, name: str, content: str) -> None:
        self.room.run("sh", "-c", f"umask 077 && printf '%s\\n' '{content}' > {HOME}/{name}", person=True)
