"""What Windows shows in the properties of the program's file, in the form that PyInstaller takes.

Source: the resource VERSIONINFO; language 1033 (English, United States), character set 1200 (Unicode).
"""

from __future__ import annotations

from pathlib import Path

from identity import COMMAND, NAME, PUBLISHER, SUMMARY

from windows.nsis import four_numbers

_TEMPLATE = """\
VSVersionInfo(
    ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1, subtype=0),
    kids=[
        StringFileInfo([StringTable("040904B0", [
{strings}
        ])]),
        VarFileInfo([VarStruct("Translation", [1033, 1200])]),
    ],
)
"""


def write(path: Path, version: str) -> Path:
    """Write the file for a version of the program."""
    strings = {
        "CompanyName": PUBLISHER,
        "FileDescription": f"{NAME}: {SUMMARY[0].lower()}{SUMMARY[1:]}",
        "FileVersion": version,
        "InternalName": COMMAND,
        "LegalCopyright": f"{PUBLISHER}, Apache-2.0",
        "OriginalFilename": f"{COMMAND}.exe",
        "ProductName": NAME,
        "ProductVersion": version,
    }
    lines = [f"            StringStruct({name!r}, {value!r})," for name, value in strings.items()]
    path.write_text(_TEMPLATE.format(numbers=four_numbers(version), strings="\n".join(lines)), "utf-8")
    return path
