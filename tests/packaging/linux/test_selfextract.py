"""The self-extracting installer, run for real by a person without rights, with a small stand-in for the program."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from linux.selfextract import SelfExtracting

from tests.packaging.linux.conftest import EPOCH, make_bundle, make_models, make_packed
from tests.packaging.tools import output, program


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home of a person"
    folder.mkdir()
    return folder


@pytest.fixture
def surroundings(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(home)}


Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The installer of a version, with models or without; each is made once."""

    @functools.cache
    def made(version: str, with_models: bool = False) -> Path:
        folder = tmp_path_factory.mktemp("built")
        return build_in(folder, version, make_models(folder) if with_models else None)

    return made


def build_in(folder: Path, version: str, models: Path | None = None) -> Path:
    program("makeself")
    program("xz")
    bundle = make_bundle(folder / version, version)
    packed = make_packed(bundle, folder / f"{version}.tar.xz")
    wrapped = SelfExtracting(version, platform.machine(), bundle, packed, models, EPOCH)
    return wrapped.write(folder / f"chartside-{version}.run", folder / f"work-{version}")


def install(file: Path, surroundings: dict[str, str], *options: str) -> str:
    return output("sh", file, "--", "--user", *options, env=surroundings)


def prefix_of(home: Path) -> Path:
    return home / ".local" / "opt" / "chartside"


def test_a_person_installs_and_starts_it(home: Path, surroundings: dict[str, str], build: Build) -> None:
    said = install(build("1.0.0", True), surroundings)
    prefix = prefix_of(home)
    assert "Installing Chartside 1.0.0" in said
    assert (prefix / "current").readlink() == Path("versions/1.0.0")
    assert output(home / ".local/bin/chartside", "models", "list", env=surroundings) == "chartside 1.0.0 models list\n"
    assert (prefix / "models" / "tiny" / "tiny.gguf").stat().st_mtime == EPOCH
    assert '"run"' in (prefix / "installation.json").read_text()
    entry = (home / ".local/share/applications/chartside.desktop").read_text()
    assert f'Exec="{prefix}/bin/chartside"' in entry
    assert f"TryExec={prefix}/bin/chartside\n" in entry
    assert not list(home.glob("*.partial")) + list((prefix / "versions").glob(".*"))


def test_silent_says_nothing(home: Path, surroundings: dict[str, str], build: Build) -> None:
    file = build("1.0.0")
    assert output("sh", file, "--quiet", "--", "--user", "--silent", env=surroundings) == ""
    assert (prefix_of(home) / "current" / "chartside").exists()
    assert output(prefix_of(home) / "uninstall.sh", "--silent", env=surroundings) == ""


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    models = make_models(tmp_path)
    first = build_in(tmp_path / "one", "1.0.0", models)
    packed = tmp_path / "one" / "1.0.0.tar.xz"
    bundle = tmp_path / "one" / "1.0.0" / "chartside"
    time.sleep(1.1)  # the clock must not stand in it
    again = SelfExtracting("1.0.0", platform.machine(), bundle, packed, models, EPOCH)
    second = again.write(tmp_path / first.name, tmp_path / "work-again")
    assert first.read_bytes() == second.read_bytes()


def test_an_upgrade_replaces_the_program_and_keeps_the_data(
    home: Path, surroundings: dict[str, str], build: Build
) -> None:
    install(build("1.0.0"), surroundings)
    data = home / ".local/share/chartside"
    data.mkdir(parents=True)
    (data / "workspace.db").write_text("the clinic's")
    install(build("1.1.0"), surroundings)
    prefix = prefix_of(home)
    assert output(home / ".local/bin/chartside", env=surroundings) == "chartside 1.1.0\n"
    assert [each.name for each in (prefix / "versions").iterdir()] == ["1.1.0"]
    assert (data / "workspace.db").read_text() == "the clinic's"


def test_a_slim_upgrade_keeps_the_models(home: Path, surroundings: dict[str, str], build: Build) -> None:
    install(build("1.0.0", True), surroundings)
    install(build("1.1.0"), surroundings)
    assert (prefix_of(home) / "models" / "tiny" / "tiny.gguf").exists()


def test_the_same_version_again_repairs_it(home: Path, surroundings: dict[str, str], build: Build) -> None:
    file = build("1.0.0")
    install(file, surroundings)
    (prefix_of(home) / "current" / "chartside").write_text("damaged")
    install(file, surroundings)
    assert output(home / ".local/bin/chartside", env=surroundings) == "chartside 1.0.0\n"


def test_uninstalling_leaves_the_data_and_says_where(home: Path, surroundings: dict[str, str], build: Build) -> None:
    install(build("1.0.0"), surroundings)
    data = home / ".local/share/chartside"
    data.mkdir(parents=True)
    (data / "workspace.db").write_text("the clinic's")
    said = output(prefix_of(home) / "uninstall.sh", env=surroundings)
    assert str(data) in said
    assert not prefix_of(home).exists()
    # The system's own tools may leave tables of what is in a folder.
    tables = {"mimeinfo.cache", "icon-theme.cache"}
    left = [
        path for path in home.rglob("*") if not path.is_dir() and path.name not in tables and "mime" not in path.parts
    ]
    assert left == [data / "workspace.db"]


def test_data_go_only_when_they_are_asked_for_in_full(home: Path, surroundings: dict[str, str], build: Build) -> None:
    install(build("1.0.0"), surroundings)
    data = home / ".local/share/chartside"
    data.mkdir(parents=True)
    uninstall = [str(prefix_of(home) / "uninstall.sh"), "--delete-data"]
    refused = subprocess.run(uninstall, env=surroundings, input="yes\n", text=True, capture_output=True, check=False)
    assert refused.returncode == 1
    assert data.exists()
    assert prefix_of(home).exists()
    subprocess.run(uninstall, env=surroundings, input="delete\n", text=True, capture_output=True, check=True)
    assert not data.exists()
    assert not prefix_of(home).exists()


def test_a_damaged_file_changes_nothing(home: Path, surroundings: dict[str, str], build: Build) -> None:
    install(build("1.0.0"), surroundings)
    content = bytearray(build("1.1.0").read_bytes())
    content[-2000] ^= 0xFF
    file = home / "damaged.run"
    file.write_bytes(content)
    done = subprocess.run(["sh", file, "--", "--user"], env=surroundings, capture_output=True, check=False)
    assert done.returncode != 0
    assert output(home / ".local/bin/chartside", env=surroundings) == "chartside 1.0.0\n"


@pytest.mark.parametrize(
    ("mark", "value", "words"),
    [
        ("needed_libc=", "needed_libc=99.0", "too old"),
        ("needed_mb=", "needed_mb=999999999", "free space"),
        ("Linux-", "Linux-sparc64) ;;", "sparc64|made for Linux"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_changes(
    tmp_path: Path, home: Path, surroundings: dict[str, str], mark: str, value: str, words: str, build: Build
) -> None:
    file = build("1.0.0")
    output("sh", file, "--noexec", "--target", tmp_path / "unpacked", env=surroundings)
    script = tmp_path / "unpacked" / "install.sh"
    lines = [value if line.startswith(mark) else line for line in script.read_text().splitlines()]
    script.write_text("\n".join(lines) + "\n")
    done = subprocess.run(["sh", script, "--user"], env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert any(word in done.stderr for word in words.split("|"))
    assert not (prefix_of(home) / "current").exists()


def test_a_running_program_is_not_pulled_away(home: Path, surroundings: dict[str, str], build: Build) -> None:
    install(build("1.0.0"), surroundings)
    prefix = prefix_of(home)
    running = prefix / "versions" / "1.0.0" / "_internal" / "sleep"
    with subprocess.Popen([running, "60"]) as process:
        try:
            refused = subprocess.run([prefix / "uninstall.sh"], env=surroundings, capture_output=True, check=False)
            assert refused.returncode == 1
            install(build("1.1.0"), surroundings)
            assert running.exists()
        finally:
            process.terminate()
    install(build("1.2.0"), surroundings)
    assert not running.exists()
