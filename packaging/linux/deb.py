"""Wrap an installed tree for Debian: the program in /opt/chartside, its menu entry and manual in /usr/share."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bundle.build import settle
from identity import NAME, PUBLISHER, SENTENCES, SUMMARY

from linux import desktop_files
from linux.libraries import OPENED_BY_NAME, debian_packages, elf_files, needed_libraries, oldest_c_library

_ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = Path(__file__).resolve().parent / "scripts"
PREFIX = Path("opt/chartside")
# Level 19 took twenty times as long for a tenth less. Debian 12 and Ubuntu 22.04 are the first that unpack zstd.
_COMPRESSION = ["-Zzstd", "-z10"]


@dataclass(frozen=True)
class Deb:
    """tree: the prefix as it will stand in /opt/chartside. root: a folder to build in, beside it."""

    version: str
    tree: Path
    root: Path
    epoch: int

    def write(self, target: Path) -> Path:
        """Write the package to target. What the scripts make later (the link "current") is not in it."""
        share = self.root / "usr" / "share"
        desktop_files.write_share(share, when=self.epoch)
        papers = share / "doc" / "chartside"
        papers.mkdir(parents=True)
        shutil.copy(_ROOT / "LICENSE", papers / "copyright")
        shutil.copy(_ROOT / "THIRD_PARTY_LICENSES.md", papers / "THIRD_PARTY_LICENSES.md")
        command = self.root / "usr" / "bin" / "chartside"
        command.parent.mkdir(parents=True)
        command.symlink_to("/opt/chartside/bin/chartside")
        place = self.root / PREFIX
        place.parent.mkdir(parents=True)
        self.tree.rename(place)
        try:
            self._write_control()
            settle(self.root, self.epoch)
            environment = {**os.environ, "SOURCE_DATE_EPOCH": str(self.epoch)}
            build = ["dpkg-deb", "--root-owner-group", *_COMPRESSION, "--build", str(self.root), str(target)]
            subprocess.run(build, check=True, env=environment, stdout=subprocess.DEVNULL)
        finally:
            place.rename(self.tree)
        return target

    def _write_control(self) -> None:
        folder = self.root / "DEBIAN"
        folder.mkdir()
        for name in ("postinst", "postrm"):
            script = folder / name
            script.write_text((SCRIPTS / name).read_text("utf-8").replace("@VERSION@", self.version), "utf-8")
            script.chmod(0o755)
        (folder / "control").write_text(self._control(), "utf-8")

    def _control(self) -> str:
        files = elf_files(self.root)
        depends = [f"libc6 (>= {oldest_c_library(files)})", *debian_packages(needed_libraries(files) | OPENED_BY_NAME)]
        size = sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        fields = {
            "Package": NAME.lower(),
            "Version": self.version,
            "Architecture": "amd64",
            "Maintainer": PUBLISHER,
            "Installed-Size": str(size // 1024),
            "Depends": ", ".join(depends),
            "Recommends": "xdg-utils",
            "Suggests": "gnome-keyring | kwalletmanager",
            "Section": "science",
            "Priority": "optional",
            "Description": SUMMARY + "".join(f"\n {sentence}" for sentence in SENTENCES),
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items())
