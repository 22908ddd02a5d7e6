"""The administrator: puts the program in, upgrades it and removes it, and looks that the workspace is left alone."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from installer_test.cleanroom import PERSON, Room
from installer_test.upgrade import next_version, raise_version

PREFIX = "/opt/chartside"
_DATA = f"/home/{PERSON}/.local/share/chartside"


@dataclass(frozen=True)
class Administrator:
    """room: where it happens. deb: the installer, of version. work: room for what is made on the way."""

    room: Room
    deb: Path
    version: str
    work: Path
    say: Callable[[str], None]

    def install(self) -> None:
        """dpkg puts it in with the cable out."""
        self._dpkg(self.deb)
        said = self.room.run("chartside", "--version", person=True)
        if self.version not in said:
            raise AssertionError(f"the installed program calls itself {said!r}")
        for file in ("/usr/share/applications/chartside.desktop", "/usr/share/man/man1/chartside.1.gz"):
            if not self.room.path(file).exists():
                raise AssertionError(f"{file} was not installed")
        self.say(f"{self.deb.name} installed: {said.strip()}")

    def upgrade(self) -> None:
        """A higher version goes over it; the workspace is not touched."""
        before = self._data()
        higher = next_version(self.version)
        self._dpkg(raise_version(self.deb, higher, self.work))
        (self.work / "higher.deb").unlink()
        current = self.room.path(f"{PREFIX}/current").readlink()
        versions = sorted(each.name for each in self.room.path(f"{PREFIX}/versions").iterdir())
        if str(current) != f"versions/{higher}" or versions != [higher]:
            raise AssertionError(f"after the upgrade {current} is current, of {versions}")
        if self._data() != before:
            raise AssertionError("the upgrade changed the workspace's files")
        self.say(f"upgraded to {higher}; the workspace's {len(before)} files are untouched")

    def uninstall(self) -> None:
        """The program goes, the workspace stays, and dpkg says where."""
        before = self._data()
        said = self.room.run("dpkg", "--remove", "chartside")
        if ".local/share/chartside" not in said:
            raise AssertionError(f"dpkg did not say where the data are:\n{said}")
        self.room.run("dpkg", "--purge", "chartside")
        left = [path for path in (PREFIX, "/usr/bin/chartside") if self.room.path(path).exists()]
        if left:
            raise AssertionError(f"left behind: {left}")
        if self._data() != before:
            raise AssertionError("uninstalling changed the workspace")
        self.say("uninstalled; the workspace was left and dpkg said where it is")

    def for_one_person(self) -> None:
        """The self-extracting file, for the person alone: it finds the workspace that was left, and goes again."""
        file = self.deb.with_suffix(".run")
        if not file.exists():
            self.say(f"there is no {file.name}, so it was not tried")
            return
        before, home = self._data(), f"/home/{PERSON}"
        shutil.copy(file, self.room.path(home) / file.name)
        self.room.run("env", f"TMPDIR={home}", "sh", file.name, "--quiet", "--", "--user", "--silent", person=True)
        self.room.path(f"{home}/{file.name}").unlink()
        listed = self.room.run(f"{home}/.local/bin/chartside", "models", "list", person=True)
        if not re.search(r"^\* \S+ +installed", listed, re.M):
            raise AssertionError(f"installed for one person, it has no model:\n{listed}")
        said = self.room.run(f"{home}/.local/opt/chartside/uninstall.sh", person=True)
        left = [
            path
            for path in (".local/opt/chartside", ".local/bin/chartside")
            if self.room.path(f"{home}/{path}").exists()
        ]
        if left or _DATA not in said or self._data() != before:
            raise AssertionError(f"uninstalling for one person left {left} and said: {said}")
        self.say(f"{file.name} installed for one person, started and removed; the workspace was left")

    def _dpkg(self, deb: Path) -> None:
        inside = self.room.path("/tmp") / deb.name  # noqa: S108 - of the room
        subprocess.run(["cp", "--reflink=auto", str(deb), str(inside)], check=True)
        self.room.run("dpkg", "--install", f"/tmp/{deb.name}")  # noqa: S108
        inside.unlink()

    def _data(self) -> dict[str, bytes]:
        """The workspace's own files; logs and models come and go."""
        folder = self.room.path(_DATA)
        return {
            name: (folder / name).read_bytes()
            for name in ("workspace.db", "workspace.keys")
            if (folder / name).exists()
        }
