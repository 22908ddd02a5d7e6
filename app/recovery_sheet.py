"""The sheet with the recovery key, for the clinic's safe: as a PDF file, or to a printer."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSaveFile, QSizeF
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.i18n import tr
from engine.errors import UserError

_OWNER_ONLY = QSaveFile.Permission.ReadOwner | QSaveFile.Permission.WriteOwner


def save_pdf(file: Path, key: str, made: str) -> None:
    """Write the sheet, readable by this person only. key: as it is shown; made: the day, in words. Raises UserError."""
    content = pdf(key, made)
    target = QSaveFile(str(file))
    if (
        target.open(QIODevice.OpenModeFlag.WriteOnly)
        and target.setPermissions(_OWNER_ONLY)
        and target.write(content) == len(content)
        and target.commit()
    ):
        return
    raise UserError(
        tr("RecoverySheet", "The sheet could not be saved."),
        tr("RecoverySheet", "Choose another folder, or write the key down by hand."),
        target.errorString(),
    )


def pdf(key: str, made: str) -> bytes:
    """The sheet as the bytes of a PDF file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(tr("RecoverySheet", "Chartside recovery key"))
    writer.setCreator("Chartside")
    writer.setResolution(300)
    _print(writer, key, made)
    buffer.close()
    return bytes(buffer.data().data())


def printers() -> bool:
    """Whether this computer knows a printer; asks the system, which may take a moment."""
    return bool(QPrinterInfo.availablePrinterNames())


def print_sheet(printer: QPrinter, key: str, made: str) -> None:
    """Print the sheet on a printer that was chosen."""
    printer.setDocName(tr("RecoverySheet", "Chartside recovery key"))
    _print(printer, key, made)


def _print(device: QPagedPaintDevice, key: str, made: str) -> None:
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(QMarginsF(22, 22, 22, 22), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDefaultFont(QFont(document.defaultFont().family(), 11))
    # Laid out for the device itself: otherwise margins come twice, and a page number.
    document.documentLayout().setPaintDevice(device)
    document.setPageSize(QSizeF(device.width(), device.height()))
    document.setHtml(_html(key, made))
    document.print_(device)


def _html(key: str, made: str) -> str:
    groups = key.split()
    half = (len(groups) + 1) // 2
    rows = "<br>".join("&nbsp;&nbsp;".join(escape(each) for each in part) for part in (groups[:half], groups[half:]))
    steps = (
        tr("RecoverySheet", "Start Chartside and choose “Use the recovery key …” where it asks for a passphrase."),
        tr("RecoverySheet", "Type the eight groups and why you need it. It is recorded and shown to administrators."),
        tr("RecoverySheet", "Under Settings, People, give the people who lost theirs a new passphrase."),
    )
    lines = "______________________________"
    clinic = tr("RecoverySheet", "Clinic: {line}", line=lines)
    computer = tr("RecoverySheet", "Computer: {line}", line=lines)
    signs = tr("RecoverySheet", "The key has only digits and letters without I, L, O and U: a round sign is a zero.")
    items = "".join(f"<li style='margin-bottom:6px'>{escape(step)}</li>" for step in steps)
    return f"""
<h1>{escape(tr("RecoverySheet", "Chartside recovery key"))}</h1>
<p>{escape(tr("RecoverySheet", "It opens this clinic’s records, and a backup of them, when no passphrase does."))}</p>
<table width="100%" border="1" cellspacing="0" cellpadding="18" style="margin-top:14px; margin-bottom:14px"><tr>
<td align="center" style="font-family:monospace; font-size:20pt; font-weight:bold; line-height:150%">{rows}</td>
</tr></table>
<p><b>{escape(tr("RecoverySheet", "Made on {day}. Earlier sheets no longer open the workspace.", day=made))}</b></p>
<p>{escape(clinic)}</p>
<p>{escape(computer)}</p>
<h3>{escape(tr("RecoverySheet", "Keep it in a safe"))}</h3>
<p>{escape(tr("RecoverySheet", "Whoever has this sheet and the computer, or a backup, can read every record."))}</p>
<h3>{escape(tr("RecoverySheet", "How to use it"))}</h3>
<ol>{items}</ol>
<p>{escape(signs)}</p>
"""
