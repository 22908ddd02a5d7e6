"""Build the frozen program: python packaging/bundle/build.py FOLDER, inside the environment that it is made of.

The same commit, lock file, Python and SOURCE_DATE_EPOCH give the same bytes: hashes are seeded, archives are sorted,
times are the commit's, and nothing that was written while installing (RECORD, direct_url.json) goes in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bundle.stand_ins import put_stand_ins

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = Path(__file__).resolve().parent / "chartside.spec"


@dataclass(frozen=True)
class BuildInfo:
    """What BUILD.json says; engine.installation reads it."""

    version: str
    platform: str
    flavour: str
    gpu: str
    commit: str
    source_date_epoch: int

    @classmethod
    def of_checkout(cls, flavour: str, gpu: str) -> BuildInfo:
        """The checkout's version and commit. SOURCE_DATE_EPOCH wins over the commit's time."""
        sys.path.insert(0, str(ROOT))
        from engine import __version__
        from engine.installation import this_platform

        epoch = os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct") or "0"
        return cls(__version__, this_platform(), flavour, gpu, _git("rev-parse", "HEAD"), int(epoch))


def build(info: BuildInfo, work: Path, python: Path) -> Path:
    """Build the bundle with python's environment below work; returns the folder that holds the executable."""
    dist = work / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(info.source_date_epoch),
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CHARTSIDE_VERSION": info.version,
    }
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(dist), "--workpath", str(work / "pyinstaller"), str(SPEC)]
    subprocess.run(command, check=True, env=environment, cwd=ROOT)
    folder = dist / "chartside"
    put_stand_ins(folder)
    write_build_info(folder, info)
    return folder


def data_folder(bundle: Path) -> Path:
    """Where PyInstaller puts modules, libraries and data, beside the executable."""
    return bundle / "_internal"


def write_build_info(bundle: Path, info: BuildInfo) -> None:
    (bundle / "BUILD.json").write_text(json.dumps(asdict(info), indent=2) + "\n", encoding="utf-8")


def settle(folder: Path, epoch: int) -> None:
    """Give everything below folder one time and plain rights, so that archives of it do not differ."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            os.utime(path, (epoch, epoch), follow_symlinks=False)
            continue
        executable = path.is_dir() or path.stat().st_mode & 0o111
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (epoch, epoch))
    folder.chmod(0o755)
    os.utime(folder, (epoch, epoch))


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    info = BuildInfo.of_checkout(os.environ.get("FLAVOUR", "slim"), os.environ.get("GPU", "none"))
    work = Path(sys.argv[1]).absolute()
    folder = build(info, work, Path(sys.executable))
    settle(folder, info.source_date_epoch)
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
