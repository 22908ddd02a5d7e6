"""Small files are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from engine import files
from engine.errors import NotEnoughSpace
from engine.files import disk_full_told, write_atomically


def test_writes_and_replaces_privately(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_atomically(file, b"one")
    write_atomically(file, b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_content_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    file = tmp_path / "a.json"
    write_atomically(file, b"one")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*((files.os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
        with pytest.raises(NotEnoughSpace, match="disk is full"):
            write_atomically(file, b"two")
    assert file.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [file]


def test_content_is_synced_before_the_name_changes_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        order.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        real_fsync(handle)

    def replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(files.os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "a.json", b"one")
    assert order == ["file", "rename", "folder"]


def test_other_errors_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "none" / "a.json", b"one")
    with pytest.raises(PermissionError), disk_full_told():
        raise PermissionError(errno.EACCES, "no")


def test_a_drive_that_cannot_sync_folders_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.fsync

    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        original(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    write_atomically(tmp_path / "a.json", b"one")
    assert (tmp_path / "a.json").read_bytes() == b"one"


def test_what_is_refused_before_it_is_named_is_not_there(tmp_path: Path) -> None:
    def refuse(finished: Path) -> None:
        assert finished.read_bytes() == b"two"
        raise ValueError

    (tmp_path / "a").write_bytes(b"one")
    with pytest.raises(ValueError), files.replacing(tmp_path / "a", refuse) as file:
        file.write(b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1


def test_partial_files_of_killed_writers_are_removed(tmp_path: Path) -> None:
    for name in (".a.json.x1.part", "a.json", "b.part"):
        (tmp_path / name).write_bytes(b"")
    files.remove_partial(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "b.part"]
