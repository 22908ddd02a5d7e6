"""Compile the Windows installer out of a built program: what goes in, and under which names.

Works on every system that has makensis (NSIS 3.08 or newer); the program itself can be built on Windows only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import icons
from identity import FILE_TYPES, NAME, PUBLISHER, SUMMARY
from provision.shell import SetupFailed, run

from windows import file_types

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "chartside.nsi"
_PLACES = (r"C:\Program Files (x86)\NSIS\makensis.exe", r"C:\Program Files\NSIS\makensis.exe")


@dataclass(frozen=True)
class Setup:
    """One installer. payload: the built program. models: the folder of models, None for the slim flavour.

    target: "amd64-unicode" for an installer that needs no 32-bit Windows libraries, where the compiler has that.
    """

    version: str
    payload: Path
    out: Path
    models: Path | None = None
    signed: bool = False
    target: str = ""

    def write(self, work: Path, epoch: int) -> Path:
        """Compile it; returns the installer's file. Raises SetupFailed."""
        work.mkdir(parents=True, exist_ok=True)
        complete_payload(self.payload, epoch)
        icon = icons.write_ico(work / "chartside.ico")
        types = work / "file_types.nsh"
        types.write_text(file_types.script(), "utf-8")
        self.out.parent.mkdir(parents=True, exist_ok=True)
        picture = icons.write_wizard_picture(work / "wizard.bmp")
        os.utime(picture, (epoch, epoch))  # the installer holds it with its time
        command = [makensis(), "-V2", "-WX", *self._defines(icon, types, picture), str(SCRIPT)]
        environment = {"SOURCE_DATE_EPOCH": str(epoch), "LC_ALL": "C.UTF-8"}
        run(command, "The installer could not be compiled.", environment=environment, quiet=True, every_s=60)
        return self.out

    def _defines(self, icon: Path, types: Path, picture: Path) -> list[str]:
        values = {
            "NAME": NAME,
            "PUBLISHER": PUBLISHER,
            "SUMMARY": SUMMARY,
            "VERSION": self.version,
            "VERSION4": ".".join(map(str, four_numbers(self.version))),
            "PAYLOAD": str(self.payload),
            "OUTFILE": str(self.out),
            "ICON": str(icon),
            "PICTURE": str(picture),
            "FILE_TYPES": str(types),
            "SIZE_KB": str(size_kb(self.payload, self.models)),
        }
        if self.target:
            values["TARGET"] = self.target
        if self.models is not None:
            values["MODELS"] = str(self.models)
        if self.signed:
            values["SIGN"] = subprocess.list2cmdline([sys.executable, str(HERE / "signing.py")])
        return [f"-D{name}={value}" for name, value in values.items()]


def complete_payload(payload: Path, epoch: int) -> None:
    """Put in what only an installed copy has: its origin and the icons of the file types. Raises SetupFailed."""
    for needed in ("chartside.exe", "BUILD.json"):
        if not (payload / needed).is_file():
            raise SetupFailed(f"{payload} is no built program: {needed} is missing.")
    folder = payload / "_internal" / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    written = [icons.write_ico(folder / f"{each.key.lower()}.ico", icons.file_svg(each.icon)) for each in FILE_TYPES]
    origin = payload / "installation.json"
    origin.write_text('{"kind": "windows", "scope": "user"}\n', "utf-8")
    for file in (*written, origin):
        os.utime(file, (epoch, epoch))


def makensis() -> str:
    """The compiler's path. Raises SetupFailed where it is not installed."""
    found = shutil.which("makensis") or next((place for place in _PLACES if Path(place).is_file()), None)
    if found is None:
        raise SetupFailed("makensis is missing. Install NSIS (Debian: apt-get install nsis).")
    return found


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """A version as Windows writes it: 0.2.0 is 0.2.0.0. Raises ValueError for one that has other words in it."""
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch, 0


def size_kb(*folders: Path | None) -> int:
    files = (file for folder in folders if folder is not None for file in folder.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files) // 1024
