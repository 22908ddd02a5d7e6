"""What a bundle asks of the system, and the packages that hold it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from linux.libraries import debian_packages, elf_files, needed_libraries, oldest_c_library
from provision.shell import SetupFailed

from tests.packaging.tools import program


def test_a_program_asks_for_what_is_not_beside_it(tmp_path: Path) -> None:
    program("readelf")
    shutil.copy(program("bash"), tmp_path / "bash")
    (tmp_path / "text").write_text("no program")
    (tmp_path / "link").symlink_to("bash")
    files = elf_files(tmp_path)
    assert files == [tmp_path / "bash"]
    needed = needed_libraries(files)
    assert not any(name.startswith(("libc.so", "ld-linux")) for name in needed)
    beside = tmp_path / next(iter(needed), "libnothing.so")
    shutil.copy(tmp_path / "bash", beside)
    assert beside.name not in needed_libraries(elf_files(tmp_path))
    assert oldest_c_library(files).startswith("2.")


def test_packages_are_named_once_and_drivers_never() -> None:
    assert debian_packages(["libX11.so.6", "libgthread-2.0.so.0", "libglib-2.0.so.0", "libcuda.so.1"]) == [
        "libglib2.0-0",
        "libx11-6",
    ]


def test_a_library_that_nobody_looked_up_stops_the_build() -> None:
    with pytest.raises(SetupFailed, match=r"libabacus\.so\.1"):
        debian_packages(["libX11.so.6", "libabacus.so.1"])
