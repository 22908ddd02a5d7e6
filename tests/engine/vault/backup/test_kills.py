"""Killed while it makes backups, or restores one: every backup that is there is whole, and so is the workspace.

CHARTSIDE_KILLS=100 does a hundred of each.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.types import BackupInfo
from engine.vault.backup import archive, making, restoring, verifying
from engine.vault.backup.making import Maker
from engine.vault.backup.scratch import remove_left, scratch
from engine.vault.repositories import meta
from engine.vault.session_keys import SessionKeys
from tests.engine.vault.backup.conftest import opened
from tests.engine.vault.conftest import KEY

KILLS = int(os.environ.get("CHARTSIDE_KILLS", "6"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


def make_for_ever(data: str) -> None:
    """What the killed process does: one backup after the other, with work between."""
    paths = Paths(Path(data), Path(data) / "models")
    database, keys, number = opened(paths), SessionKeys(bytearray(KEY)), 0
    maker = Maker(database, paths, keys)
    print("begun", flush=True)
    while True:
        number += 1
        database.transaction(lambda c, n=number: meta.put(c, f"row {n}", "x" * 100_000))  # type: ignore[misc]
        info = maker.make(paths.backup_dir, verifying.ignore, CancelToken())
        Path(info.file).rename(paths.backup_dir / f"chartside-2026{os.getpid():08}{number:04}{archive.SUFFIX}")


def restore_for_ever(data: str) -> None:
    """North and south in turn."""
    paths = Paths(Path(data), Path(data) / "models")
    print("begun", flush=True)
    while True:
        for name in ("north", "south"):
            restore(paths, name)


def restore(paths: Paths, name: str) -> None:
    backup = paths.data.parent / f"{name}{archive.SUFFIX}"
    keys = [SessionKeys(bytearray(KEY))]
    restoring.restore(backup, paths, lambda _file: ("u1", keys), verifying.ignore, CancelToken())


def killed(function: str, paths: Paths, after_s: float) -> None:
    code = f"import sys; from tests.engine.vault.backup.test_kills import {function} as run; run(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", code, str(paths.data)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(after_s)
        assert process.poll() is None
        process.kill()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path / "data", tmp_path / "data" / "models")
    made.prepare()
    made.keys_file.write_bytes(b"the keys")
    database = opened(made)
    keys = SessionKeys(bytearray(KEY))
    for name in ("north", "south"):
        database.transaction(lambda c, n=name: meta.put(c, "clinic", n * 100_000))  # type: ignore[misc]
        info = Maker(database, made, keys).make(tmp_path / "first", verifying.ignore, CancelToken())
        Path(info.file).rename(tmp_path / f"{name}{archive.SUFFIX}")
    database.close()
    return made


def test_killed_while_backups_are_made(paths: Paths) -> None:
    chance, found, checked = random.Random(KILLS), 0, set[Path]()
    keys = SessionKeys(bytearray(KEY))
    for _ in range(KILLS):
        killed("make_for_ever", paths, chance.uniform(0, 0.6))
        database = opened(paths)
        assert database.check() == []
        database.close()
        remove_left(paths.data)
        for file in making.files(paths.backup_dir):
            if file not in checked:
                assert whole(file, paths, keys).problem == ""
                checked.add(file)
        found = len(checked)
    assert found > KILLS
    assert not list(paths.data.glob(".working-*"))


def whole(file: Path, paths: Paths, keys: SessionKeys) -> BackupInfo:
    with archive.opened(file) as backup, scratch(paths.data) as folder:
        verifying.check(backup, folder, keys, verifying.ignore, CancelToken())
    return verifying.look(file, [keys])


def test_killed_while_a_backup_is_restored(paths: Paths) -> None:
    chance, ends = random.Random(KILLS + 1), []
    for _ in range(KILLS):
        killed("restore_for_ever", paths, chance.uniform(0.1, 0.7))
        restoring.finish_interrupted(paths)
        assert paths.keys_file.read_bytes() == b"the keys"
        database = opened(paths)
        assert database.check() == []
        ends.append(database.read(lambda c: meta.get(c, "clinic"))[:5])
        database.close()
        assert not (paths.data / ".restoring").exists()
    assert set(ends) <= {"north", "south"}
