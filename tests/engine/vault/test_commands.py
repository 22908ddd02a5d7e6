"""chartside audit, backup and vault check: their output, files and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from engine import cli
from engine.paths import Paths
from engine.vault import key_slots
from engine.vault.migrations import MIGRATIONS
from engine.workspace import Workspace
from tests.fixtures.clinic import FIRST, Clinic, cheap

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture
def run(paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs chartside on a new workspace; exit code, results, messages."""
    monkeypatch.setenv("CHARTSIDE_MODELS", str(paths.models))
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    Clinic(paths).create(name="Ann").lock()
    (tmp_path / "passphrase").write_text(FIRST + "\n")

    def chartside(*words: str, data: Path = paths.data) -> tuple[int, str, str]:
        code = cli.main(["--data", str(data), "--passphrase-file", str(tmp_path / "passphrase"), *words])
        done = capsys.readouterr()
        return code, done.out, done.err

    return chartside


def answer(run: Run, *words: str, code: int = 0, **options: Any) -> Any:
    ended, out, err = run("--json", *words, **options)
    assert ended == code, err
    return json.loads(out)


def test_the_record_is_listed_and_filtered(run: Run) -> None:
    entries = answer(run, "audit", "list")["entries"]
    assert [entry["kind"] for entry in entries][-3:] == ["sign-in", "person added", "begun"]
    assert {entry["person"] for entry in entries} == {"Ann"}
    (only,) = answer(run, "audit", "list", "--kind", "begun", "--person", "ann", "--since", "2026-01-01")["entries"]
    assert only["seq"] == 1
    assert answer(run, "audit", "list", "--until", "2020-01-01T00:00Z")["entries"] == []
    assert run("audit", "list", "--since", "yesterday")[0] == 3
    assert run("audit", "list", "--person", "Nobody")[0] == 3
    assert "Ann" in run("audit", "list")[1]


def test_the_record_is_verified_exported_and_verified_alone(run: Run, tmp_path: Path) -> None:
    head, plain, packed = (str(tmp_path / name) for name in ("head.json", "audit.jsonl", "audit.zip"))
    assert answer(run, "audit", "head", head)["head"]["seq"] > 2
    assert answer(run, "audit", "verify", "--head", head)["problem"] == ""
    assert run("audit", "export", plain)[0] == 3
    assert not Path(plain).exists()
    assert answer(run, "audit", "export", plain, "--reason", "yearly review")["encrypted"] is False
    verdict = answer(run, "audit", "verify", plain, "--head", head, data=tmp_path / "nowhere")
    assert (verdict["first_bad"], verdict["problem"]) == (None, "")
    Path(plain).write_text(Path(plain).read_text().replace('"kind":"begun"', '"kind":"lock"'))
    assert answer(run, "audit", "verify", plain, code=3)["first_bad"] == 1
    (tmp_path / "for the file").write_text("seven small boats\n")
    assert answer(run, "audit", "export", packed, "--export-passphrase-file", str(tmp_path / "for the file"))[
        "encrypted"
    ]
    with pyzipper.AESZipFile(packed) as archive:
        assert b"begun" in archive.read("chartside-audit.jsonl", pwd=b"seven small boats")


def test_a_record_that_was_changed_ends_with_3(run: Run, paths: Paths) -> None:
    workspace = Workspace.unlock(paths, FIRST)

    def change(connection: Any) -> None:
        connection.execute("DROP TRIGGER audit_stays")
        connection.execute("UPDATE audit SET user_id = '' WHERE seq = 2")

    workspace._database.transaction(change)
    workspace.close()
    assert answer(run, "audit", "verify", code=3)["first_bad"] == 2
    assert run("audit", "verify")[1].startswith("Entry 2: ")
    report = answer(run, "vault", "check", code=3)
    assert "from entry 2 on" in report["problems"][0]
    assert "backup" in report["advice"]


def test_backups_are_made_listed_verified_and_restored(run: Run, paths: Paths, tmp_path: Path) -> None:
    folder = str(tmp_path / "drive")
    info = answer(run, "backup", "create", "--folder", folder)
    assert (info["problem"], info["schema"]) == ("", len(MIGRATIONS))
    assert answer(run, "backup", "list", "--folder", folder) == {"backups": [info], "late": False}
    assert answer(run, "backup", "list") == {"backups": [], "late": False}
    assert answer(run, "backup", "verify", info["file"]) == info
    assert answer(run, "audit", "verify", "--head", info["file"])["problem"] == ""
    restored = answer(run, "backup", "restore", info["file"], data=tmp_path / "new")
    assert restored == {"restored": str(tmp_path / "new"), "kept": None}
    kinds = [entry["kind"] for entry in answer(run, "audit", "list", data=tmp_path / "new")["entries"]]
    assert kinds[:2] == ["sign-in", "restore"]
    kept = answer(run, "backup", "restore", info["file"])["kept"]
    assert (Path(kept) / "workspace.db").exists()
    (tmp_path / "letter").write_text("Dear colleague")
    assert run("backup", "restore", str(tmp_path / "letter"))[0] == 3
    assert "✓" in run("backup", "list", "--folder", folder)[1]


def test_a_sound_workspace(run: Run) -> None:
    assert answer(run, "vault", "check")["problems"] == []
    code, out, _ = run("vault", "check")
    assert (code, out.startswith("The workspace is sound.")) == (0, True)
