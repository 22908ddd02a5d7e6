"""Which files an import takes from what a person dropped on the window."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.library import collect


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def test_folders_are_walked_in_reading_order(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "A.md", "sub/c.md")
    assert [file.name for file in collect.expand([tmp_path])] == ["A.md", "b.md", "c.md"]


def test_hidden_files_and_clutter_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, ".git/config", ".hidden", "Thumbs.db", "~$open.docx", "real.txt")
    assert [file.name for file in collect.expand([tmp_path])] == ["real.txt"]


def test_a_file_named_twice_is_taken_once(tmp_path: Path) -> None:
    make(tmp_path, "one.txt")
    assert len(list(collect.expand([tmp_path / "one.txt", tmp_path]))) == 1


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    make(tmp_path, "folder/one.txt")
    (tmp_path / "folder" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [file.name for file in collect.expand([tmp_path])] == ["one.txt"]


def test_reading_gives_the_bytes_and_their_hash(tmp_path: Path) -> None:
    make(tmp_path, "one.txt")
    content, sha256 = collect.read_file(tmp_path / "one.txt")
    assert content == b"one.txt"
    assert sha256 == hashlib.sha256(content).hexdigest()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"“gone\.pdf” was not found"):
        collect.read_file(tmp_path / "gone.pdf")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(UserError, match="is empty"):
        collect.read_file(tmp_path / "empty.pdf")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(collect.MAX_FILE_BYTES + 1)
    with pytest.raises(UserError, match="larger than 300 MB"):
        collect.read_file(tmp_path / "huge.pdf")
