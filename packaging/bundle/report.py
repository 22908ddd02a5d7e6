"""Look at a built bundle: python packaging/bundle/report.py FOLDER [ARCHIVE].

Prints the size of every part and what it is packed; fails where something is inside that may not be, where a library
is missing, or where the packed bundle is larger than its budget.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bundle.build import data_folder
from bundle.contents import forbidden_files, forbidden_modules
from bundle.stand_ins import still_real

# Packed, without models. A GPU build brings the GPU's own libraries and has no budget.
BUDGET = 450_000_000
_ROWS = 25
_VERSIONED = re.compile(r"-[0-9][^/]*\.dist-info$")


@dataclass(frozen=True)
class Report:
    """sizes: bytes on disk by part, largest first. packed: bytes of the archive, 0 where none was given."""

    sizes: dict[str, int]
    packed: int
    complaints: list[str]

    def text(self) -> str:
        rows = list(self.sizes.items())
        rest = sum(size for _, size in rows[_ROWS:])
        lines = [f"{size / 1e6:8.1f} MB  {name}" for name, size in [*rows[:_ROWS], ("everything else", rest)]]
        lines.append(f"{sum(self.sizes.values()) / 1e6:8.1f} MB  on disk")
        if self.packed:
            lines.append(f"{self.packed / 1e6:8.1f} MB  packed (budget for a CPU build {BUDGET / 1e6:.0f} MB)")
        return "\n".join(lines)


def examine(bundle: Path, archive: Path | None = None) -> Report:
    """Measure and check the bundle. archive: the same bundle packed."""
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [path.relative_to(bundle).as_posix() for path in files]
    gpu = str(json.loads((bundle / "BUILD.json").read_text(encoding="utf-8"))["gpu"])
    packed = archive.stat().st_size if archive else 0
    complaints = [f"may not be inside: {name}" for name in forbidden_files(names, cuda=gpu == "cuda")]
    complaints += [f"may not be inside: module {name}" for name in forbidden_modules(module_names(bundle))]
    complaints += [f"may not be inside: the real {name} (bundle/stand_ins.py)" for name in still_real(bundle)]
    complaints += [
        f"leads nowhere: {path.relative_to(bundle)}"
        for path in bundle.rglob("*")
        if path.is_symlink() and not path.exists()
    ]
    if gpu == "none" and packed > BUDGET:
        complaints.append(f"{packed / 1e6:.0f} MB packed is over the budget of {BUDGET / 1e6:.0f} MB")
    return Report(_sizes(bundle, files), packed, complaints)


def module_names(bundle: Path) -> list[str]:
    """The Python modules in the bundle's archive of modules."""
    from PyInstaller.archive.readers import CArchiveReader

    executable = next(path for name in ("chartside", "chartside.exe") if (path := bundle / name).is_file())
    archive = CArchiveReader(str(executable)).open_embedded_archive("PYZ.pyz")
    return sorted(archive.toc)


def _sizes(bundle: Path, files: list[Path]) -> dict[str, int]:
    inside = data_folder(bundle)
    sizes: Counter[str] = Counter()
    for file in files:
        part = file.relative_to(inside).parts[0] if file.is_relative_to(inside) else file.name
        sizes[_package(part)] += file.stat().st_size
    return dict(sizes.most_common())


def _package(part: str) -> str:
    """The package that a folder or file belongs to: "numpy.libs" is part of numpy."""
    name = _VERSIONED.sub("", part).removesuffix(".libs")
    return {"opencv_python_headless": "cv2", "shiboken6": "PySide6", "scikit_learn": "sklearn", "pillow": "PIL"}.get(
        name, name
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure and check a built bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("archive", type=Path, nargs="?")
    options = parser.parse_args()
    report = examine(options.bundle, options.archive)
    print(report.text())
    for complaint in report.complaints:
        print(complaint, file=sys.stderr)
    return 1 if report.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
