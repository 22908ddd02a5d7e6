"""A package of a higher version from the same payload: what an upgrade meets, without building everything twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path


def next_version(version: str) -> str:
    """The same with its last number one higher."""
    head, _, last = version.rpartition(".")
    return f"{head}.{int(last) + 1}"


def raise_version(deb: Path, version: str, work: Path) -> Path:
    """Write work/higher.deb: deb's files, its version and its folder changed. Not packed, which would take minutes."""
    tree = work / "higher"
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-R", str(deb), str(tree)], check=True)
    (folder,) = (tree / "opt/chartside/versions").iterdir()
    old = folder.name
    folder = folder.rename(folder.with_name(version))
    build = json.loads((folder / "BUILD.json").read_text(encoding="utf-8"))
    (folder / "BUILD.json").write_text(json.dumps({**build, "version": version}), encoding="utf-8")
    _replace(tree / "DEBIAN/control", f"Version: {old}", f"Version: {version}")
    _replace(tree / "DEBIAN/postinst", f"version={old}", f"version={version}")
    sums = tree / "DEBIAN/md5sums"
    sums.unlink(missing_ok=True)
    target = work / "higher.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ})
    shutil.rmtree(tree)
    return target


def depends(deb: Path) -> list[str]:
    """The names of the packages that deb depends on, without versions."""
    field = subprocess.run(["dpkg-deb", "-f", str(deb), "Depends"], check=True, capture_output=True, text=True).stdout
    return [re.split(r"[\s(]", name.strip(), maxsplit=1)[0] for name in field.split(",")]


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise AssertionError(f"{file.name} does not say “{old}”")
    file.write_text(text.replace(old, new), encoding="utf-8")
