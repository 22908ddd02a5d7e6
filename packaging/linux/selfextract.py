"""Wrap a bundle as one file that unpacks and installs itself, for any Linux distribution (makeself)."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bundle.build import settle

from linux import desktop_files
from linux.libraries import elf_files, oldest_c_library

_HERE = Path(__file__).resolve().parent
SCRIPTS = _HERE / "scripts"
# install.sh puts the real place in its stead.
_COMMAND = "/opt/chartside/bin/chartside"
_MB = 1_000_000


@dataclass(frozen=True)
class SelfExtracting:
    """bundle: the program's folder; packed: the same as .tar.xz. models: the folder of shipped models, if any."""

    version: str
    machine: str
    bundle: Path
    packed: Path
    models: Path | None
    epoch: int

    def write(self, target: Path, work: Path) -> Path:
        """Gather what install.sh needs below work, and write the file."""
        payload = work / "payload"
        payload.mkdir(parents=True)
        for name in ("install.sh", "uninstall.sh"):
            self._script(payload / name)
        shutil.copy(_HERE / "launcher.sh", payload / "launcher.sh")
        desktop_files.write_share(payload / "share", _COMMAND, when=self.epoch, zsh="site-functions")
        os.link(self.packed, payload / "bundle.tar.xz")
        if self.models is not None:
            shutil.copytree(self.models, payload / "models", copy_function=os.link)
        settle(payload, self.epoch)
        date = datetime.datetime.fromtimestamp(self.epoch, datetime.UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
        tar = f"--sort=name --mtime=@{self.epoch} --owner=0 --group=0 --numeric-owner --format=gnu"
        # The bundle is packed already, and models do not pack: one more pass would only cost time.
        command = ["makeself", "--nocomp", "--sha256", "--nomd5", "--nocrc", "--nox11", "--tar-quietly", "--quiet"]
        command += ["--packaging-date", date, "--tar-extra", tar]
        command += [payload.name, target.name, f"Chartside {self.version}", "./install.sh"]
        # Its command line stands in the file: no path of this computer may be in it.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=work)
        return Path(shutil.move(work / target.name, target))

    def _script(self, target: Path) -> None:
        text = (SCRIPTS / target.name).read_text("utf-8")
        for mark, value in (
            ("@VERSION@", self.version),
            ("@MACHINE@", self.machine),
            ("@LIBC@", oldest_c_library(elf_files(self.bundle))),
            ("@MEGABYTES@", str(self._room() // _MB)),
        ):
            text = text.replace(mark, value)
        target.write_text(text, "utf-8")
        target.chmod(0o755)

    def _room(self) -> int:
        """Bytes that the installed program takes, with a tenth to spare."""
        folders = [self.bundle] + ([self.models] if self.models else [])
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return sum(path.stat().st_size for path in files) * 11 // 10
