"""chartside users, recovery and vault: their output, their exit codes, and where secrets come from."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import cli
from engine.paths import Paths
from engine.people.recovery_key import generate
from engine.vault import opening, rekey
from tests.fixtures.clinic import FIRST, REASON, SECOND, THIRD, Clinic

USER = {"id", "name", "role", "created_at", "disabled_at", "last_sign_in_at", "must_change"}


class CommandLine:
    """Runs chartside in this process on the data folder, with secrets in files."""

    def __init__(self, paths: Paths, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._paths = paths
        self._folder = folder
        self._capture = capture

    def file(self, secret: str) -> str:
        file = self._folder / f"secret-{abs(hash(secret))}"
        file.write_text(secret + "\n", encoding="utf-8")
        return str(file)

    def run(self, *words: str, by: str = FIRST, user: str = "") -> tuple[int, str, str]:
        """Exit code, results, and messages."""
        named = ["--user", user] if user else []
        code = cli.main(["--data", str(self._paths.data), "--passphrase-file", self.file(by), *named, *words])
        done = self._capture.readouterr()
        return code, done.out, done.err

    def json(self, *words: str, by: str = FIRST, user: str = "") -> Any:
        code, out, err = self.run("--json", *words, by=by, user=user)
        assert code == 0, err
        (line,) = out.splitlines()
        return json.loads(line)


@pytest.fixture
def line(paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    Clinic(paths).create(name="Ann").lock()
    return CommandLine(paths, tmp_path, capsys)


def test_people_are_added_listed_disabled_and_enabled(line: CommandLine) -> None:
    added = line.json("users", "add", "Dr Reyes", "--role", "clinician", "--new-passphrase-file", line.file(SECOND))
    assert set(added) == USER
    assert (added["name"], added["role"], added["must_change"]) == ("Dr Reyes", "clinician", True)
    listed = line.json("users", "list", user="ann")["users"]
    assert [user["name"] for user in listed] == ["Ann", "Dr Reyes"]
    code, out, _ = line.run("users", "list", user="ann")
    assert code == 0
    assert "never signed in" in out
    assert line.json("users", "disable", "dr reyes", user="ann")["disabled_at"]
    code, _, err = line.run("users", "list", by=SECOND, user="dr reyes")
    assert code == 3
    assert "does not open" in err
    enabled = line.json("users", "enable", "dr reyes", "--new-passphrase-file", line.file(THIRD))
    assert enabled["disabled_at"] == ""


def test_a_name_is_needed_and_a_wrong_one_told_like_a_wrong_passphrase(line: CommandLine) -> None:
    line.json("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file(SECOND))
    code, _, err = line.run("library", "list")
    assert code == 3
    assert "--user NAME" in err
    told = {line.run("library", "list", by=by, user=user)[2] for by, user in ((FIRST, "ben"), (FIRST, "nobody"))}
    assert len(told) == 1


def test_the_first_sign_in_is_to_change_the_passphrase(line: CommandLine) -> None:
    line.json("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file(SECOND))
    code, _, err = line.run("library", "list", by=SECOND, user="ben")
    assert code == 3
    assert "users passwd" in err
    changed = line.json("users", "passwd", "--new-passphrase-file", line.file(THIRD), by=SECOND, user="ben")
    assert changed == {"changed": "Ben"}
    assert line.run("library", "list", by=THIRD, user="ben")[0] == 0
    code, _, err = line.run("users", "list", by=THIRD, user="ben")
    assert code == 3
    assert "role does not allow" in err


def test_an_administrator_resets_a_passphrase(line: CommandLine) -> None:
    line.json("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file(SECOND))
    assert line.json("users", "passwd", "ben", "--new-passphrase-file", line.file(THIRD), user="ann")["must_change"]
    assert line.run("users", "passwd", "--new-passphrase-file", line.file(SECOND), by=THIRD, user="ben")[0] == 0
    code, _, err = line.run("users", "passwd", "cid", "--new-passphrase-file", line.file(THIRD), user="ann")
    assert code == 3
    assert "“cid”" in err


def test_a_weak_passphrase_is_refused_with_advice(line: CommandLine) -> None:
    code, _, err = line.run("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file("short"))
    assert code == 3
    assert "10 characters" in err


def test_both_passphrases_can_come_from_standard_input(
    line: CommandLine, paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{FIRST}\n{SECOND}\n"))
    words = ["--data", str(paths.data), "--passphrase-file", "-", "users", "passwd", "--new-passphrase-file", "-"]
    assert cli.main(words) == 0
    capsys.readouterr()
    assert line.run("users", "list", by=SECOND)[0] == 0
    assert line.run("users", "list", by=FIRST)[0] == 3


def test_without_a_terminal_or_a_file_it_says_how(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    code, _, err = line.run("users", "add", "Ben", "--role", "staff")
    assert code == 3
    assert "--new-passphrase-file FILE" in err


class Typist(io.StringIO):
    """Types back what a command has just printed."""

    def __init__(self, read: Callable[[], str]) -> None:
        super().__init__()
        self._read = read

    def readline(self, size: int = -1, /) -> str:
        return self._read()


def test_a_recovery_key_is_made_tested_and_opens_the_workspace(
    line: CommandLine, paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []

    def type_back() -> str:
        shown.append(capsys.readouterr().out.strip())
        return shown[0].lower() + "\n"

    monkeypatch.setattr(sys, "stdin", Typist(type_back))
    assert line.run("recovery", "make")[0] == 0
    (key,) = shown
    assert line.json("recovery", "test", "--key-file", line.file(key)) == {"right": True}
    code, out, err = line.run("--json", "recovery", "test", "--key-file", line.file(generate()))
    assert (code, json.loads(out)) == (3, {"right": False})
    assert "does not open" in err
    code, _, err = line.run("recovery", "test", "--key-file", line.file(key[:-2]))
    assert code == 3
    assert "this has 30" in err
    opened = ["--data", str(paths.data), "--recovery-key-file", line.file(key)]
    assert cli.main([*opened, "users", "list"]) == 3
    assert "reason" in capsys.readouterr().err
    assert cli.main([*opened, "--reason", REASON, "users", "list"]) == 0


def test_a_recovery_key_is_never_printed_as_json(line: CommandLine) -> None:
    assert line.run("--json", "recovery", "make")[:2] == (3, "")


def test_the_vault_tells_what_it_is_and_gets_a_new_key(line: CommandLine, paths: Paths) -> None:
    info = line.json("vault", "info")
    assert (info["people"], info["administrators"], info["recovery_key_made_at"]) == (1, 1, "")
    assert info["data"] == str(paths.data)
    assert info["size"] > 0
    assert info["cipher"].startswith("SQLCipher 4")
    opened = opening.unlock(paths, FIRST)
    old = bytearray(opened.keys.data)
    opened.close()
    assert rekey.fits(paths.vault_file, old)
    assert line.json("vault", "rekey") == {"rekeyed": True, "rekey_advised": False}
    assert not rekey.fits(paths.vault_file, old)
    assert line.run("vault", "info")[0] == 0


def test_who_left_is_told_to_be_a_reason_for_a_new_key(line: CommandLine) -> None:
    line.json("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file(SECOND))
    line.run("users", "passwd", "--new-passphrase-file", line.file(THIRD), by=SECOND, user="ben")
    code, _, err = line.run("users", "disable", "ben", user="ann")
    assert code == 0
    assert "vault rekey" in err
    assert line.json("vault", "info")["rekey_advised"] is True


def test_no_secret_is_printed_or_kept(line: CommandLine, paths: Paths) -> None:
    said = ""
    for words, by in (
        (("users", "add", "Ben", "--role", "staff", "--new-passphrase-file", line.file(SECOND)), FIRST),
        (("users", "list"), THIRD),
        (("recovery", "test", "--key-file", line.file(SECOND)), FIRST),
    ):
        said += "".join(line.run(*words, by=by, user="ann")[1:])
    kept = b"".join(file.read_bytes() for file in paths.data.rglob("*") if file.is_file())
    for secret in (FIRST, SECOND, THIRD):
        assert secret not in said
        assert secret.encode() not in kept


@pytest.mark.parametrize("words", [("users", "add"), ("users", "passwd"), ("recovery", "test"), ("users", "enable")])
def test_no_secret_can_be_given_as_an_argument(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    options = {word.strip(",") for word in capsys.readouterr().out.split() if word.startswith("--")}
    secret = {option for option in options if "pass" in option or "key" in option}
    assert secret
    assert all(option.endswith("-file") for option in secret)
