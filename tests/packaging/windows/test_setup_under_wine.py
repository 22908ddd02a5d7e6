"""The Windows installer, compiled and run: install, upgrade, refuse, uninstall. The program in it is a stand-in."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from windows.nsis import SCRIPT, Setup, makensis

from tests.packaging.tools import program
from tests.packaging.windows.wine import Wine, display, words_of

pytestmark = pytest.mark.slow

TARGET = "amd64-unicode"
EPOCH = 1_700_000_000
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Chartside"
CLASSES = r"Software\Classes"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installers of two versions: setup-0.1.0.exe with models, setup-0.2.0.exe without."""
    program("makensis")
    if not Path("/usr/share/nsis/Stubs/lzma-amd64-unicode").exists():
        pytest.skip("this makensis makes 32-bit installers only, which wine64 does not run")
    folder = tmp_path_factory.mktemp("setup")
    stand_in = folder / "stand-in.exe"
    script = SCRIPT.with_name("stand_in.nsi")
    subprocess.run([makensis(), "-V1", "-WX", f"-DTARGET={TARGET}", f"-DOUTFILE={stand_in}", script], check=True)
    models = folder / "models"
    (models / "tiny").mkdir(parents=True)
    (models / "tiny" / "manifest.json").write_text("{}")
    for version, shipped in (("0.1.0", models), ("0.2.0", None)):
        payload = folder / version
        (payload / "_internal" / "transformers" / "models").mkdir(parents=True)
        (payload / "_internal" / "transformers" / "models" / f"only-in-{version}.txt").write_text(version)
        (payload / "chartside.exe").write_bytes(stand_in.read_bytes())
        (payload / "BUILD.json").write_text(f'{{"version": "{version}", "platform": "windows-x86_64"}}')
        Setup(version, payload, folder / f"setup-{version}.exe", shipped, target=TARGET).write(folder / "work", EPOCH)
    return folder


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    program("wine")
    program("Xvfb")
    with display() as name:
        made = Wine(tmp_path_factory.mktemp("wine") / "prefix", name)
        made.begin()
        made.run("winecfg", "-v", "win10")
        yield made
        made.end()


@pytest.fixture
def clean(windows: Wine) -> Iterator[Wine]:
    """A Windows without the program, before and after."""
    yield windows
    (windows.temporary / "stand-in-end.txt").touch()
    uninstall(windows)
    (windows.temporary / "stand-in-end.txt").unlink()
    # Run in place, as wine has to, the uninstaller cannot remove itself.
    shutil.rmtree(home(windows), ignore_errors=True)


def home(windows: Wine) -> Path:
    return windows.local / "Programs" / "Chartside"


def link(windows: Wine) -> Path:
    return windows.person / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Chartside.lnk"


def uninstall(windows: Wine, *options: str) -> int:
    """Uninstall silently and wait: by itself the uninstaller goes on as a copy."""
    if not (home(windows) / "uninstall.exe").exists():
        return -1
    in_place = rf"_?=C:\users\{windows.person.name}\AppData\Local\Programs\Chartside"
    return windows.run(home(windows) / "uninstall.exe", "/S", *options, in_place)


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_install_upgrade_and_uninstall_keep_the_persons_data(workshop, clean):
    assert clean.run(workshop / "setup-0.1.0.exe", "/S") == 0
    assert files(home(clean)) == {
        "chartside.exe",
        "uninstall.exe",
        "BUILD.json",
        "installation.json",
        "_internal/transformers/models/only-in-0.1.0.txt",
        "_internal/icons/model.ico",
        "_internal/icons/backup.ico",
        "_internal/icons/update.ico",
        "models/tiny/manifest.json",
    }
    assert link(clean).is_file()
    entry = clean.registry(UNINSTALL)
    assert entry["DisplayName"] == "Chartside"
    assert entry["DisplayVersion"] == "0.1.0"
    assert entry["InstallLocation"].endswith(r"\AppData\Local\Programs\Chartside")
    assert entry["QuietUninstallString"] == f'"{entry["InstallLocation"]}\\uninstall.exe" /S'

    data = clean.local / "chartside" / "workspace.db"
    data.parent.mkdir()
    data.write_text("the clinic's documents")
    assert clean.run(workshop / "setup-0.2.0.exe", "/S") == 0
    after = files(home(clean))
    assert "_internal/transformers/models/only-in-0.2.0.txt" in after
    assert "_internal/transformers/models/only-in-0.1.0.txt" not in after
    assert "models/tiny/manifest.json" in after
    assert clean.registry(UNINSTALL)["DisplayVersion"] == "0.2.0"
    assert not list(home(clean).parent.glob("Chartside.*"))
    assert data.read_text() == "the clinic's documents"

    assert uninstall(clean) == 0
    assert files(home(clean)) <= {"uninstall.exe"}
    assert not link(clean).exists()
    assert clean.registry(UNINSTALL) == {}
    assert clean.registry(rf"{CLASSES}\Chartside.Backup") == {}
    assert clean.registry(rf"{CLASSES}\.chartside-backup") == {}
    assert data.read_text() == "the clinic's documents"


def test_data_goes_only_when_that_is_asked_for(workshop, clean):
    data = clean.local / "chartside" / "workspace.db"
    data.parent.mkdir(exist_ok=True)
    data.write_text("the clinic's documents")
    clean.run(workshop / "setup-0.1.0.exe", "/S")
    assert uninstall(clean, "/DELETEDATA=yes") == 0
    assert not data.parent.exists()


def test_file_types_open_the_program_and_take_no_type_from_another(workshop, clean):
    clean.run("reg", "add", rf"HKCU\{CLASSES}\.gguf", "/ve", "/d", "Another.Program", "/f")
    clean.run(workshop / "setup-0.1.0.exe", "/S")
    assert clean.registry(rf"{CLASSES}\.gguf")["@"] == "Another.Program"
    assert "Chartside.Model" in clean.registry(rf"{CLASSES}\.gguf\OpenWithProgids")
    assert clean.registry(rf"{CLASSES}\.chartside-update")["@"] == "Chartside.Update"
    assert clean.registry(rf"{CLASSES}\Chartside.Model\shell\open\command")["@"].endswith(r'\chartside.exe" "%1"')

    # What a double click starts: wine itself does not look up the types of one person.
    kind = clean.registry(rf"{CLASSES}\.chartside-backup")["@"]
    command = clean.registry(rf"{CLASSES}\{kind}\shell\open\command")["@"]
    _, started, _, file, _ = command.replace("%1", r"C:\Ward backup.chartside-backup").split('"')
    assert clean.run(started, file) == 0
    assert words_of(clean.temporary / "stand-in.txt").endswith(r'"C:\Ward backup.chartside-backup"')

    uninstall(clean)
    assert clean.registry(rf"{CLASSES}\.gguf") == {"@": "Another.Program"}


def test_folder_with_other_files_is_not_taken(workshop, clean):
    other = clean.prefix / "drive_c" / "Photos"
    other.mkdir()
    (other / "holiday.jpg").touch()
    assert clean.run(workshop / "setup-0.1.0.exe", "/S", r"/D=C:\Photos") == 2
    assert files(other) == {"holiday.jpg"}
    assert "holds other files" in words_of(clean.temporary / "chartside-setup.log")


def test_open_program_is_not_replaced(workshop, clean):
    clean.run(workshop / "setup-0.1.0.exe", "/S")
    told = clean.temporary / "stand-in.txt"
    told.unlink(missing_ok=True)
    running = clean.start(home(clean) / "chartside.exe", "/WAIT")
    deadline = time.monotonic() + 10
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        assert clean.run(workshop / "setup-0.2.0.exe", "/S") == 2
        assert "is open" in words_of(clean.temporary / "chartside-setup.log")
        assert "_internal/transformers/models/only-in-0.1.0.txt" in files(home(clean))
    finally:
        (clean.temporary / "stand-in-end.txt").touch()
        running.wait(20)
    assert clean.run(workshop / "setup-0.2.0.exe", "/S") == 0


def test_another_folder_can_be_chosen(workshop, clean):
    place = clean.prefix / "drive_c" / "Tools" / "Chartside"
    for version in ("0.1.0", "0.2.0"):
        assert clean.run(workshop / f"setup-{version}.exe", "/S", "/D=C:\\Tools\\Chartside\\") == 0
        assert f"_internal/transformers/models/only-in-{version}.txt" in files(place)
        assert [each.name for each in place.parent.iterdir()] == ["Chartside"]
    assert clean.registry(UNINSTALL)["InstallLocation"] == r"C:\Tools\Chartside"
    assert clean.run(place / "uninstall.exe", "/S", r"_?=C:\Tools\Chartside") == 0
    assert files(place) <= {"uninstall.exe"}


def test_older_windows_is_refused(workshop, clean):
    clean.run("winecfg", "-v", "win7")
    try:
        assert clean.run(workshop / "setup-0.1.0.exe", "/S") == 2
        assert "Windows 10" in words_of(clean.temporary / "chartside-setup.log")
        assert not home(clean).exists()
    finally:
        clean.run("winecfg", "-v", "win10")


def test_same_inputs_give_the_same_bytes(workshop, tmp_path):
    again = Setup("0.2.0", workshop / "0.2.0", tmp_path / "chartside-0.2.0.exe", target=TARGET).write(
        tmp_path / "work", EPOCH
    )
    assert again.read_bytes() == (workshop / "setup-0.2.0.exe").read_bytes()
