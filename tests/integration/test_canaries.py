"""Hundreds of planted words are found nowhere: data, temporary files, log, crash files, core, backup, exports.

In use, after a lock, after a kill, a native crash and a defect; and after deletion not even in the decrypted database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engine.paths import Paths
from engine.vault import opening
from engine.workspace import Workspace
from tests.canaries import decrypted
from tests.canaries.planted import Planted, found

PLANTED = Planted.make()
REMOVED, KEPT = slice(10, 20), slice(0, 10)


class House:
    """The folders that a person's programs write into."""

    def __init__(self, root: Path, models: Path) -> None:
        self.root, self.models = root, models
        self.home, self.data, self.scratch = root / "home", root / "data", root / "tmp"
        for folder in (self.home / "elsewhere", self.scratch):
            folder.mkdir(parents=True)
        self.source = self.home / "elsewhere" / f"{PLANTED.file_names[0]}.md"
        self.source.write_text(f"# Intake\n\n{PLANTED.text[0]} lives in town.\n", encoding="utf-8")

    def start(self, ending: str) -> subprocess.Popen[str]:
        """Use the workspace; returns once it is used."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        environment |= {"HOME": str(self.home), "TMPDIR": str(self.scratch), "PYTHONPATH": str(Path.cwd())}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.canaries.use", str(self.data), str(self.models), ending],
            cwd=self.scratch,  # where a core file would go
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        if process.stdout.readline() != "used\n":
            raise AssertionError(process.stderr.read())
        return process

    def found(self) -> list[str]:
        """Planted words on the disk, but for the file that the person imported."""
        self.source.unlink(missing_ok=True)
        self.source.parent.rmdir() if self.source.parent.exists() else None
        assert (self.data / "workspace.db").stat().st_size > 1_000_000, "what is searched must be there"
        return found(PLANTED.all(), [self.home, self.data, self.scratch])


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, tmp_path / "no models")


def ended(process: subprocess.Popen[str]) -> None:
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.communicate(timeout=60)
    psutil.wait_procs(children, timeout=10)


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PLANTED.all())) >= 200


def test_nothing_is_readable_in_use_and_after_a_kill(house: House) -> None:
    process = house.start("wait")
    try:
        assert house.found() == []
    finally:
        process.kill()
        ended(process)
    assert house.found() == []


@pytest.mark.parametrize("ending", ["abort", "error"])
def test_nothing_is_readable_after_a_crash(house: House, ending: str) -> None:
    ended(house.start(ending))
    assert list((house.data / "crashes").glob("crash-*.txt")), "a crash file must be there to be searched"
    assert house.found() == []


def test_nothing_is_readable_after_a_lock_and_what_was_deleted_is_gone_for_good(house: House) -> None:
    ended(house.start("lock"))
    assert house.found() == []
    paths, name, passphrase = Paths(house.data, house.models), PLANTED.user_names[0], PLANTED.passphrases[0]
    Workspace.unlock(paths, passphrase, name).close()
    opened = opening.unlock(paths, passphrase, name)
    key = bytes(opened.keys.data)
    opened.close()

    plain = decrypted.pages(paths.vault_file, key)
    notes = (*PLANTED.patients, *PLANTED.said, *PLANTED.notes[:18], *PLANTED.addenda[::2], *PLANTED.templates)
    for word in (*PLANTED.removed[KEPT], *PLANTED.user_names, *PLANTED.titles[1:4], *notes):
        assert word.encode() in plain, "the search would find it"
    assert PLANTED.vectors[0][64:96] in plain
    unsigned, signed = [PLANTED.sound[n] for n in (1, 3, 5, 7, 9)], [PLANTED.sound[n] for n in (0, 2, 4, 6, 8)]
    assert [number for number, sound in enumerate(unsigned) if sound[64:96] not in plain] == []
    assert [number for number, sound in enumerate(signed) if sound[64:96] in plain] == []
    gone = [
        *PLANTED.unsaid,
        *PLANTED.removed[REMOVED],
        *PLANTED.file_names[REMOVED],
        *PLANTED.questions[::4],
        *PLANTED.answers[::4],
    ]
    assert [word for word in gone if word.encode() in plain or word.encode("utf-16-le") in plain] == []
    assert [number for number in range(10, 20) if PLANTED.vectors[number][64:96] in plain] == []


@pytest.mark.parametrize("form", [bytes, bytes.hex, bytes.upper])
def test_the_search_would_find_a_planted_word(tmp_path: Path, form: type) -> None:
    word = form(PLANTED.text[3].encode())
    (tmp_path / "leak.bin").write_bytes(b"\x00\x01" + (word.encode() if isinstance(word, str) else word))
    assert len(found(PLANTED.all(), [tmp_path])) == 1
