"""A Windows to try installers on: wine with a fresh disk of its own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r'^(@|"(?:[^"\\]|\\.)*")=(.*)$')


@dataclass(frozen=True)
class Wine:
    """prefix: the folder of the disk. display: the X display its windows go to; without one wine waits for it."""

    prefix: Path
    display: str

    @property
    def environment(self) -> dict[str, str]:
        quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe="}
        return {**os.environ, **quiet, "DISPLAY": self.display, "LC_ALL": "C.UTF-8", "WINEPREFIX": str(self.prefix)}

    def begin(self) -> None:
        """Make the disk. The server behind it stays until end(): starting it takes longer than most programs."""
        self.run("wineboot", "-i", timeout=300)
        self._server("-p")

    def run(self, *command: str | Path, timeout: float = 60) -> int:
        """Run a Windows program to its end; returns its exit code. Linux paths are given as they are."""
        # Its services stay in the background, and would hold a pipe open.
        null = subprocess.DEVNULL
        done = subprocess.run(
            ["wine", *map(str, command)],
            env=self.environment,
            stdin=null,
            stdout=null,
            stderr=null,
            timeout=timeout,
            check=False,
        )
        return done.returncode

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        null = subprocess.DEVNULL
        return subprocess.Popen(["wine", *map(str, command)], env=self.environment, stdout=null, stderr=null)

    def end(self) -> None:
        """End every program of this disk, and wait until its files are written."""
        for option in ("-k", "-w"):
            self._server(option)

    def _server(self, option: str) -> None:
        # It stays in the background, and would hold a pipe open.
        null = subprocess.DEVNULL
        command = ["wineserver", option]
        subprocess.run(command, env=self.environment, stdout=null, stderr=null, timeout=60, check=False)

    @property
    def person(self) -> Path:
        """The person's folder."""
        (folder,) = [each for each in (self.prefix / "drive_c" / "users").iterdir() if each.name != "Public"]
        return folder

    @property
    def local(self) -> Path:
        return self.person / "AppData" / "Local"

    @property
    def temporary(self) -> Path:
        return self.person / "Temp"

    def registry(self, key: str) -> dict[str, str]:
        """The values of a key below HKEY_CURRENT_USER, "@" for the default one; empty where there is no such key."""
        if self.run("reg", "export", f"HKCU\\{key}", r"C:\registry.reg", "/y") != 0:
            return {}
        text = (self.prefix / "drive_c" / "registry.reg").read_text("utf-16")
        sections = re.split(r"^\[(.*)\]\r?\n", text, flags=re.MULTILINE)
        first = sections[2] if len(sections) > 2 else ""
        found = {}
        for line in first.splitlines():
            if match := _LINE.match(line.strip()):
                name = match[1] if match[1] == "@" else match[1][1:-1]
                found[name] = _plain(match[2])
        return found


@contextmanager
def display() -> Iterator[str]:
    """An X server that draws nowhere; yields its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"]
    null = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=[write], stdout=null, stderr=null) as server:
        os.close(write)
        try:
            with os.fdopen(read) as line:
                yield f":{line.readline().strip()}"
        finally:
            server.terminate()


def _plain(value: str) -> str:
    if value.startswith('"'):
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value


def words_of(file: Path) -> str:
    """What a Windows program wrote in its two-byte characters."""
    return file.read_bytes().decode("utf-16-le").removeprefix("\ufeff").strip()
