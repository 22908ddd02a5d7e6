"""The part of the installer's script that makes the file types known, written from packaging/identity.py.

Source: "File Types and File Associations" of the Windows shell. A type of our own opens Chartside; for a type that
other programs have, too, Chartside is offered under "Open with", and whatever opened it before still does.
"""

from __future__ import annotations

from collections.abc import Iterator

from identity import FILE_TYPES, NAME, FileType

_CLASSES = r"Software\Classes"


def script() -> str:
    """NSIS macros RegisterFileTypes and ForgetFileTypes."""
    lines = ["!macro RegisterFileTypes"]
    lines += [f"  {line}" for each in FILE_TYPES for line in _register(each)]
    lines += ["!macroend", "", "!macro ForgetFileTypes"]
    lines += [f"  {line}" for each in FILE_TYPES for line in _forget(each)]
    return "\n".join([*lines, "!macroend", ""])


def program_id(file_type: FileType) -> str:
    """The name of the entry that says how the type is opened."""
    return f"{NAME}.{file_type.key}"


def _register(each: FileType) -> Iterator[str]:
    entry, ending = rf"{_CLASSES}\{program_id(each)}", rf"{_CLASSES}\.{each.extension}"
    yield _write(entry, "", each.name)
    yield _write(rf"{entry}\DefaultIcon", "", rf"$INSTDIR\_internal\icons\{each.key.lower()}.ico")
    yield _write(rf"{entry}\shell\open\command", "", r'"$INSTDIR\chartside.exe" "%1"')
    yield _write(rf"{ending}\OpenWithProgids", program_id(each), "")
    if each.ours:
        yield _write(ending, "", program_id(each))
        yield _write(ending, "Content Type", each.mime)


def _forget(each: FileType) -> Iterator[str]:
    entry, ending = rf"{_CLASSES}\{program_id(each)}", rf"{_CLASSES}\.{each.extension}"
    yield f'DeleteRegKey HKCU "{entry}"'
    if each.ours:
        yield f'DeleteRegKey HKCU "{ending}"'
    else:
        yield f'DeleteRegValue HKCU "{ending}\\OpenWithProgids" "{program_id(each)}"'
        yield f'DeleteRegKey /ifempty HKCU "{ending}\\OpenWithProgids"'
        yield f'DeleteRegKey /ifempty HKCU "{ending}"'


def _write(key: str, name: str, value: str) -> str:
    return f'WriteRegStr HKCU "{key}" "{name}" \'{value}\''
