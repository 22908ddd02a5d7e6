"""chartside update on the command line, and the same run through pkexec."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import cli
from engine.cancellation import Cancelled, CancelToken
from engine.installation import Installation
from engine.types import UpdateInfo, UpdateProgress, UpdateStage
from engine.updates import elevated
from engine.updates.refusals import UpdateRefused
from engine.updates.service import Updates
from tests.engine.updates.conftest import NEW, OLD, UNTOUCHED, UPDATED, Bench

Run = Callable[..., int]


@pytest.fixture
def run(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Updates, "of_this_program", lambda: bench.updates)
    return lambda *words: cli.main(["--data", str(tmp_path / "data"), *map(str, words)])


def test_check_says_what_it_is(run: Run, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update", "check", bench.update(notes="Faster.")) == 0
    assert capsys.readouterr().out == f"Version {NEW} of 2026-09-21 is signed and can be put in.\nFaster.\n"
    assert bench.state() == UNTOUCHED
    assert run("--json", "update", "check", bench.update("0.3.0")) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "0.3.0"
    assert run("update", "check", bench.update("0.0.1")) == 3
    assert "older than the installed 0.1.0" in capsys.readouterr().err


def test_install_and_roll_back(run: Run, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update", "install", bench.update()) == 0
    assert bench.state() == UPDATED
    assert run("update", "--roll-back") == 0
    assert "back at version 0.1.0" in capsys.readouterr().out
    assert bench.state()["current"] == OLD
    assert run("update", "--roll-back") == 3
    assert "no earlier version" in capsys.readouterr().err


def test_without_a_word_of_what_to_do_nothing_is_done(run: Run, bench: Bench) -> None:
    bench.install(bench.update())
    with pytest.raises(SystemExit) as left:
        run("update")
    assert left.value.code == 2
    assert bench.state() == UPDATED


def test_an_unlocked_workspace_is_copied_first(run: Run, bench: Bench, tmp_path: Path) -> None:
    from engine.paths import Paths
    from engine.vault import opening

    paths = Paths(tmp_path / "data", tmp_path / "models")
    database = opening.create(paths, "river stone lantern orchard").database
    assert run("update", "install", bench.update()) == 3  # it is open somewhere
    assert bench.state() == UNTOUCHED
    database.close()
    assert run("update", "install", bench.update()) == 0
    assert [each.name.rsplit(".", 2)[0] for each in paths.backup_dir.glob("*.db")] == ["workspace.version-0.1.0"]


def test_as_json_progress_and_then_what_was_put_in(run: Run, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json", "update", "install", bench.update()) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(dict.fromkeys(line["stage"] for line in lines[:-1])) == list(UpdateStage)
    assert lines[-1]["version"] == NEW


def test_the_end_of_its_input_stops_it(run: Run, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    file = bench.update(script="#!/bin/sh\nsleep 5\necho chartside 0.2.0\n")
    assert run("update", "install", "--while-stdin-open", file) == 130
    assert bench.state() == UNTOUCHED


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["nonsense"], 2), (["models", "list"], None)])
def test_a_command_that_ran_is_a_good_start(
    run: Run, bench: Bench, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int | None
) -> None:
    bench.install(bench.update())
    new = Installation.at(bench.prefix / "versions" / NEW)
    monkeypatch.setattr(Installation, "this", lambda: new)
    if code is None:
        assert run(*words) == 0
    else:
        with pytest.raises(SystemExit) as left:
            run(*words)
        assert left.value.code == code
    assert not bench.state()["trial"]


def test_a_defect_is_no_good_start(run: Run, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.install(bench.update())
    new = Installation.at(bench.prefix / "versions" / NEW)
    monkeypatch.setattr(Installation, "this", lambda: new)
    monkeypatch.setattr(Updates, "of_this_program", lambda: 1 / 0)
    assert run("update", "--roll-back") == 1
    assert bench.state()["trial"]


# through pkexec


@pytest.fixture
def pkexec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A stand-in of pkexec that runs a given script instead, with the command as its arguments."""
    folder = tmp_path / "path"
    folder.mkdir()

    def put(script: str) -> Path:
        program = folder / "pkexec"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return put


def test_the_administrators_process_is_followed(pkexec: Callable[[str], Path], tmp_path: Path) -> None:
    pkexec(
        f'echo "$@" > "{tmp_path}/said"\n'
        'echo \'{"stage": "unpacking", "done": 5, "total": 10}\'\n'
        'echo \'{"version": "0.2.0", "created": "2026-12-01", "size": 10}\''
    )
    assert elevated.available()
    seen: list[UpdateProgress] = []
    info = elevated.install(
        Path("/opt/chartside/bin/chartside"), Path("/media/stick/new one"), seen.append, CancelToken()
    )
    assert info == UpdateInfo("0.2.0", "2026-12-01", 10)
    assert seen == [UpdateProgress(UpdateStage.UNPACKING, 5, 10)]
    words = "/opt/chartside/bin/chartside update install --json --while-stdin-open /media/stick/new one\n"
    assert (tmp_path / "said").read_text() == words


@pytest.mark.parametrize(
    ("script", "message", "advice", "details"),
    [
        (
            "echo It is forged. >&2; echo Do not use it. >&2; echo '(key 12)' >&2; exit 3",
            "It is forged.",
            "Do not use it.",
            "key 12",
        ),
        ("echo It is forged. >&2; exit 3", "It is forged.", "", ""),
        (
            "echo 'Error executing command' >&2; exit 127",
            "password was not accepted",
            "Try again",
            "Error executing command",
        ),
        ("exit 1", "password was not accepted", "Try again", ""),
    ],
)
def test_its_refusal_is_told_as_it_said_it(
    pkexec: Callable[[str], Path], script: str, message: str, advice: str, details: str
) -> None:
    pkexec(script)
    with pytest.raises(UpdateRefused, match=message) as refused:
        elevated.install(Path("/x"), Path("/y"), lambda _progress: None, CancelToken())
    assert refused.value.advice.startswith(advice)
    assert refused.value.details == details


def test_no_password_is_no_failure(pkexec: Callable[[str], Path]) -> None:
    pkexec("exit 126")
    with pytest.raises(Cancelled):
        elevated.install(Path("/x"), Path("/y"), lambda _progress: None, CancelToken())


def test_cancelling_ends_its_input(pkexec: Callable[[str], Path]) -> None:
    pkexec('echo \'{"stage": "checking"}\'; cat >/dev/null; exit 130')
    token = CancelToken()

    def report(_progress: UpdateProgress) -> None:
        threading.Timer(0.05, token.cancel).start()

    with pytest.raises(Cancelled):
        elevated.install(Path("/x"), Path("/y"), report, token)
