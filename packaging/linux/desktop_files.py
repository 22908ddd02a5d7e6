"""Write everything that goes into a Linux "share" folder: python packaging/linux/desktop_files.py FOLDER [COMMAND].

The same checkout and SOURCE_DATE_EPOCH give the same bytes. Formats: freedesktop.org Desktop Entry 1.1, AppStream 0.15,
Shared MIME-info, Icon Theme; man(7).
"""

from __future__ import annotations

import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import icons
from identity import (
    BUNDLE_ID,
    COMMAND,
    FILE_TYPES,
    LICENCE,
    NAME,
    PUBLISHER,
    SENTENCES,
    SUMMARY,
    build_time,
    version,
)

from linux import completions, manual

_TEMPLATES = Path(__file__).resolve().parent / "share"


def write_share(
    share: Path,
    command: str = COMMAND,
    icon: str = COMMAND,
    when: int | None = None,
    *,
    zsh: str = "vendor-completions",
) -> list[Path]:
    """Write the files below share and return them.

    command: what the menu entry starts (a path where the program is in no folder of PATH). icon: its name or path.
    when: seconds since 1970 that stand in the files. zsh: the folder of completions, "site-functions" outside Debian.
    """
    at = build_time() if when is None else when
    written = {
        "applications/chartside.desktop": desktop_entry(command, icon),
        f"metainfo/{BUNDLE_ID}.metainfo.xml": metainfo(version(), at),
        "mime/packages/chartside.xml": mime_types(),
        "man/man1/chartside.1.gz": gzip.compress(manual.page(at).encode("utf-8"), mtime=0),
        "bash-completion/completions/chartside": completions.bash(),
        f"zsh/{zsh}/_chartside": completions.zsh(),
        "fish/vendor_completions.d/chartside.fish": completions.fish(),
        **_icons(),
    }
    files = []
    for name, content in written.items():
        file = share / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        file.chmod(0o644)
        files.append(file)
    return files


def desktop_entry(command: str = COMMAND, icon: str = COMMAND) -> str:
    """The entry of the menu, which opens the file types, too."""
    opened = "".join(f"{each.mime};" for each in FILE_TYPES)
    return _filled(
        "chartside.desktop.in",
        COMMAND=_argument(command),
        PROGRAM=command.replace("\\", "\\\\"),
        ICON=icon,
        SUMMARY=SUMMARY,
        MIME_TYPES=opened,
    )


def metainfo(release: str, at: int) -> str:
    """What a software centre shows."""
    return _filled(
        "chartside.metainfo.xml.in",
        ID=BUNDLE_ID,
        LICENCE=LICENCE,
        NAME=NAME,
        SUMMARY=SUMMARY,
        PUBLISHER=PUBLISHER,
        DESCRIPTION="\n".join(f"    <p>{escape(sentence)}</p>" for sentence in SENTENCES),
        MIME_TYPES="\n".join(f"    <mediatype>{each.mime}</mediatype>" for each in FILE_TYPES),
        VERSION=release,
        DATE=datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d"),
    )


def mime_types() -> str:
    """The file types, for the system's table of them."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
    ]
    for each in FILE_TYPES:
        lines.append(f"  <mime-type type={quoteattr(each.mime)}>")
        lines.append(f"    <comment>{escape(each.name)}</comment>")
        lines.append(f"    <icon name={quoteattr(_icon_name(each.mime))}/>")
        if each.magic:
            match = f'<match value={quoteattr(each.magic)} type="string" offset="0"/>'
            lines.append(f'    <magic priority="60">{match}</magic>')
        lines.append(f"    <glob pattern={quoteattr('*.' + each.extension)}/>")
        lines.append("  </mime-type>")
    return "\n".join([*lines, "</mime-info>", ""])


def _icons() -> dict[str, bytes | str]:
    theme = "icons/hicolor"
    files: dict[str, bytes | str] = {f"{theme}/scalable/apps/chartside.svg": icons.app_svg()}
    for size in icons.SIZES:
        files[f"{theme}/{size}x{size}/apps/chartside.png"] = icons.png(size)
    for each in FILE_TYPES:
        drawing = icons.file_svg(each.icon)
        files[f"{theme}/scalable/mimetypes/{_icon_name(each.mime)}.svg"] = drawing
        for size in icons.SIZES:
            files[f"{theme}/{size}x{size}/mimetypes/{_icon_name(each.mime)}.png"] = icons.png(size, drawing)
    return files


def _icon_name(mime: str) -> str:
    return mime.replace("/", "-")


def _argument(command: str) -> str:
    """A program's name as the Exec key wants it: quoted where it has a character that is reserved there."""
    command = command.replace("%", "%%")
    if not set(command) & set(" \t\n\"'\\><~|&;$*?#()`"):
        return command
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in command)
    # The file's own escapes are undone first, so a backslash of the quoting is written twice.
    return '"' + quoted.replace("\\", "\\\\") + '"'


def _filled(template: str, **values: str) -> str:
    text = (_TEMPLATES / template).read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


if __name__ == "__main__":
    for path in write_share(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else COMMAND):
        print(path)
