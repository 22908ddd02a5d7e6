"""The menu entry, software centre, file types and icons, held by the system's own checkers."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
from pathlib import Path

import icons
import pytest
from identity import BUNDLE_ID, FILE_TYPES
from linux import desktop_files
from PIL import Image

from app.arguments import OPENED_ENDINGS
from tests.packaging.tools import output, program

WHEN = 1_700_000_000


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    desktop_files.write_share(folder, when=WHEN)
    return folder


def test_menu_entry_is_valid_and_opens_each_file_type(share):
    entry = share / "applications" / "chartside.desktop"
    assert output(program("desktop-file-validate"), "--no-hints", entry) == ""
    words = dict(line.split("=", 1) for line in entry.read_text().splitlines() if "=" in line)
    assert words["Exec"] == "chartside %f"
    assert words["MimeType"] == "".join(f"{each.mime};" for each in FILE_TYPES)
    # The window names itself like its entry, so that the task bar shows one icon.
    assert f'setDesktopFileName("{entry.stem}")' in Path("app/application.py").read_text()


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("/home/ana/.local/bin/chartside", "/home/ana/.local/bin/chartside %f"),
        ("/home/Ana María/bin/chartside", '"/home/Ana María/bin/chartside" %f'),
        ("/home/100%/chartside", "/home/100%%/chartside %f"),
        ('/home/a"b/chartside', '"/home/a\\\\"b/chartside" %f'),
    ],
)
def test_menu_entry_quotes_the_program(tmp_path, command, written):
    entry = tmp_path / "chartside.desktop"
    entry.write_text(desktop_files.desktop_entry(command), "utf-8")
    assert f"Exec={written}" in entry.read_text("utf-8").splitlines()
    assert "error" not in output(program("desktop-file-validate"), entry)


def test_software_centre_has_no_complaint(share):
    text = output(program("appstreamcli"), "validate", "--no-net", share / "metainfo" / f"{BUNDLE_ID}.metainfo.xml")
    assert "Validation was successful." in text
    assert "2023-11-14" in (share / "metainfo" / f"{BUNDLE_ID}.metainfo.xml").read_text()


@pytest.mark.parametrize("file_type", FILE_TYPES, ids=lambda each: each.key)
def test_system_recognises_a_file(share, tmp_path, file_type):
    types = tmp_path / "mime"
    shutil.copytree(share / "mime", types)
    output(program("update-mime-database"), types)
    file = tmp_path / f"ward.{file_type.extension}"
    file.write_bytes(file_type.magic.encode() + b"\0\0\0")
    assert f"{file_type.mime}:*.{file_type.extension}" in (types / "globs").read_text()
    assert file_type.mime in (types / "types").read_text()
    if file_type.magic:
        assert b"GGUF" in (types / "magic").read_bytes()


def test_icons_of_all_sizes_show_something(share):
    for size in icons.SIZES:
        folder = share / "icons" / "hicolor" / f"{size}x{size}"
        names = {file.name for file in folder.rglob("*.png")}
        assert names == {"chartside.png"} | {f"{each.mime.replace('/', '-')}.png" for each in FILE_TYPES}
        for file in folder.rglob("*.png"):
            with Image.open(file) as picture:
                assert picture.size == (size, size)
                assert len(picture.getcolors(size * size) or []) > 3, f"{file} is empty"


def test_same_inputs_give_the_same_bytes(share, tmp_path):
    again = desktop_files.write_share(tmp_path / "again", when=WHEN)
    sums = {file.relative_to(tmp_path / "again"): hashlib.sha256(file.read_bytes()).hexdigest() for file in again}
    assert len(sums) > 40
    for file, total in sums.items():
        assert hashlib.sha256((share / file).read_bytes()).hexdigest() == total, file


def test_icons_of_other_systems(tmp_path):
    with Image.open(icons.write_ico(tmp_path / "chartside.ico")) as ico:
        assert {16, 32, 48, 256} <= {size for size, _ in ico.info["sizes"]}
    with Image.open(icons.write_icns(tmp_path / "chartside.icns")) as icns:
        assert max(size for size, *_ in icns.info["sizes"]) == 512
    assert Image.open(io.BytesIO(icons.png(16))).size == (16, 16)


def test_program_opens_what_the_systems_are_told_it_opens():
    assert {f".{each.extension}" for each in FILE_TYPES} == set(OPENED_ENDINGS)


def test_manual_is_in_its_place(share):
    assert b".TH CHARTSIDE 1" in gzip.decompress((share / "man" / "man1" / "chartside.1.gz").read_bytes())
