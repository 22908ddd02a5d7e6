"""What the LGPL wants every copy to say about Qt and its Python binding."""

from __future__ import annotations

import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

_NAMED = 40


def qt_notice(version: str, libraries: list[str] | None = None) -> str:
    """Under which licence, that they can be replaced and where, where their source is, and the offer of it.

    libraries: their file names, where they are known.
    """
    text = files("resources").joinpath("licences", "qt-notice.txt").read_text("utf-8").strip()
    series = ".".join(version.split(".")[:2])
    # A checkout has all of them, most of which Chartside never loads.
    names = f" They are: {', '.join(libraries)}." if libraries and len(libraries) <= _NAMED else ""
    return text.format(version=version, series=series, where=names)


def qt_libraries(folder: Path | None = None) -> list[str]:
    """File names of the Qt libraries in the folder of PySide6, this copy's where none is given."""
    place = _own_folder() if folder is None else folder
    if place is None:
        return []
    patterns = ("Qt/lib/libQt6*.so.6", "Qt6*.dll", "Qt/lib/Qt*.framework", "libpyside6*.so.*", "libshiboken6*.so.*")
    return sorted({file.name for pattern in patterns for file in place.glob(pattern)})


def _own_folder() -> Path | None:
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent / "_internal")) / "PySide6"
    found = find_spec("PySide6")
    return Path(found.origin).parent if found is not None and found.origin else None
