"""Build the installers twice and compare every byte: python3 packaging/reproduce.py [FOLDER].

What is committed is built in two folders whose paths differ in length, each with an environment of its own, one after
the other: about half an hour on two cores. FLAVOUR, GPU and the like are as for `make installer`; slim is the default
here, since models are only copied. Where something differs, the files inside that do are named.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PLACES = ("one", "another-place/whose/path/is/longer")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="reproduce-", dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        results = [build(Path(folder, place)) for place in _PLACES]
        first, second = (digests(checkout / "dist") for checkout in results)
        different = differences(first, second)
        for name in sorted(first):
            print(f"{first[name]}  {name}{'  DIFFERS' if name in different else ''}")
        if not different:
            print("The same bytes both times.")
            return 0
        for name in differences(*(digests(checkout / "build/installer/dist") for checkout in results)):
            print(f"differs inside: {name}")
        keep = ROOT / "build" / "reproduce"
        shutil.rmtree(keep, ignore_errors=True)
        for place, checkout in zip(("first", "second"), results, strict=True):
            shutil.copytree(checkout / "build/installer/dist", keep / place, symlinks=True)
        print(f"Both bundles are kept in {keep}.")
    return 1


def build(checkout: Path) -> Path:
    """Clone what is committed into checkout and build there."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
    environment = {**os.environ, "FLAVOUR": os.environ.get("FLAVOUR") or "slim", "OUT": "dist"}
    subprocess.run([sys.executable, "packaging/installer.py"], cwd=checkout, check=True, env=environment)
    return checkout


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below folder; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            with path.open("rb") as content:
                found[name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def differences(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """The names that are not there both times with the same digest."""
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


if __name__ == "__main__":
    sys.exit(main())
