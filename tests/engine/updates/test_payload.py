"""What a payload may not do, even when it is signed."""

from __future__ import annotations

import io
import lzma
import os
import tarfile
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.updates.payload import Unpacker
from engine.updates.refusals import UpdateRefused

Entry = tuple[tarfile.TarInfo, bytes]


def entry(name: str, content: bytes = b"", **fields: object) -> Entry:
    made = tarfile.TarInfo(name)
    made.size = len(content)
    made.mode = 0o644
    for field, value in fields.items():
        setattr(made, field, value)
    return made, content


def link(name: str, goal: str, kind: bytes = tarfile.SYMTYPE) -> Entry:
    return entry(name, type=kind, linkname=goal)


def unpack(tmp_path: Path, *entries: Entry, unpacked: int | None = None, count: int | None = None) -> Path:
    payload, folder = tmp_path / "bundle.tar.xz", tmp_path / "bundle"
    with lzma.open(payload, "wb", preset=0) as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
        for made, content in entries:
            tar.addfile(made, io.BytesIO(content))
    size = sum(len(content) for _made, content in entries) if unpacked is None else unpacked
    number = len(entries) if count is None else count
    Unpacker(folder, size, number, lambda _done, _total: None, CancelToken()).run(payload)
    return folder


def test_files_folders_and_links_inside(tmp_path: Path) -> None:
    folder = unpack(
        tmp_path,
        entry("a", type=tarfile.DIRTYPE),
        entry("a/b.so", b"library", mode=0o755),
        link("a/c.so", "b.so"),
        link("d", "a/b.so"),
        link("deep/er/e", "../../a/b.so"),
    )
    assert (folder / "deep" / "er" / "e").read_bytes() == (folder / "d").read_bytes() == b"library"
    assert (folder / "a" / "c.so").is_symlink()


@pytest.mark.parametrize(
    "bad",
    [
        entry("../out", b"x"),
        entry("a/../../out", b"x"),
        entry("/etc/out", b"x"),
        entry("a//b", b"x"),
        entry("./a", b"x"),
        entry("..", type=tarfile.DIRTYPE),
        entry("a\\..\\out", b"x"),
        entry("c:out", b"x"),
        entry("a\nb", b"x"),
        entry("n" * 300, b"x"),
        entry("/".join(["long"] * 300), b"x"),
        link("out", "/etc/passwd"),
        link("out", "../outside"),
        link("a/out", "../../outside"),
        link("out", ".."),
        link("out", "a/../../outside"),
        link("out", "."),
        link("hard", "a", tarfile.LNKTYPE),
        entry("pipe", type=tarfile.FIFOTYPE),
        entry("disk", type=tarfile.BLKTYPE, devmajor=8),
        entry("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
    ],
    ids=lambda each: repr((each[0].name[:12], each[0].linkname)),
)
def test_refused(tmp_path: Path, bad: Entry) -> None:
    (tmp_path / "outside").write_text("mine")
    with pytest.raises(UpdateRefused, match="not made as it should be"):
        unpack(tmp_path, entry("a", b"1") if bad[0].type == tarfile.LNKTYPE else entry("q", b"1"), bad)
    assert (tmp_path / "outside").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bundle", "bundle.tar.xz", "outside"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    with pytest.raises((UpdateRefused, FileExistsError)):
        unpack(tmp_path, entry("real", type=tarfile.DIRTYPE), link("door", "real"), entry("door/file", b"x"))
    assert list((tmp_path / "bundle" / "real").iterdir()) == []


def test_rights_are_those_of_a_program(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = unpack(
            tmp_path,
            entry("sub", type=tarfile.DIRTYPE, mode=0o7777),
            entry("setuid", b"x", mode=0o6755, uid=0, uname="root"),
            entry("open", b"x", mode=0o666),
        )
    finally:
        os.umask(before)
    modes = {each.name: oct(each.stat().st_mode & 0o7777) for each in folder.iterdir()}
    assert modes == {"sub": "0o700", "setuid": "0o755", "open": "0o644"}
    assert (folder / "setuid").stat().st_uid == os.getuid()


@pytest.mark.parametrize(
    ("first", "second"), [("a", "a"), ("Qt/lib", "qt/LIB"), ("stra\u00dfe", "STRASSE")], ids=["same", "case", "folded"]
)
def test_one_name_twice(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(UpdateRefused) as refused:
        unpack(tmp_path, entry(first, b"x"), entry(second, b"y"))
    assert "twice" in refused.value.details


@pytest.mark.parametrize(("unpacked", "count"), [(9, 2), (11, 2), (10, 1), (10, 3), (0, 0)])
def test_more_or_less_than_was_signed(tmp_path: Path, unpacked: int, count: int) -> None:
    with pytest.raises(UpdateRefused):
        unpack(tmp_path, entry("a", b"12345"), entry("b", b"67890"), unpacked=unpacked, count=count)


def test_a_bomb_stops_at_what_was_signed(tmp_path: Path) -> None:
    with pytest.raises(UpdateRefused, match="not made"):
        unpack(tmp_path, entry("a", b"x"), entry("zeros", bytes(50_000_000)), unpacked=1000)
    assert sum(each.stat().st_size for each in (tmp_path / "bundle").iterdir()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"not xz", lzma.compress(b"not tar" * 1000), lzma.compress(b""), lzma.compress(bytes(2000))[:-4]]
)
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    payload = tmp_path / "payload"
    payload.write_bytes(content)
    with pytest.raises(UpdateRefused):
        Unpacker(tmp_path / "bundle", 10, 1, lambda _done, _total: None, CancelToken()).run(payload)


def test_cancelled_in_the_middle(tmp_path: Path) -> None:
    payload, token = tmp_path / "payload", CancelToken()
    with tarfile.open(payload, "w:xz", preset=0) as tar:
        for number in range(5):
            made, content = entry(str(number), b"12345")
            tar.addfile(made, io.BytesIO(content))
    seen: list[int] = []

    def report(done: int, _total: int) -> None:
        seen.append(done)
        if len(seen) == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        Unpacker(tmp_path / "bundle", 25, 5, report, token).run(payload)
    assert seen == [5, 10]
