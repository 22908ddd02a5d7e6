"""A note on paper."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QObject, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from app.i18n import moment_text, tr
from app.words.visits import patient_words
from engine.types import VisitState

if TYPE_CHECKING:
    from app.context import AppContext
    from engine.types import Visit


class NotePrinter(QObject):
    """Asks for a printer only where this computer knows one."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent

    def print(self, visit: Visit, text: str) -> None:
        """Look for printers, which may take a moment, and ask which one."""
        self._context.operations.start(
            lambda _job: bool(QPrinterInfo.availablePrinterNames()),
            owner=self,
            on_success=lambda known: self._choose(known, visit, text),
            on_failure=self._context.notices.error,
        )

    def _choose(self, known: bool, visit: Visit, text: str) -> None:
        if not known:
            words = tr("Visits", "This computer knows no printer. Save the note as PDF and print it elsewhere.")
            self._context.notices.toast(words)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self._parent.window()).exec() == QPrintDialog.DialogCode.Accepted:
            # The queue of a printer can be read by others: it names nobody.
            printer.setDocName(tr("Visits", "Note"))
            printer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
            document = QTextDocument()
            document.setDefaultFont(QFont(document.defaultFont().family(), 11))
            document.documentLayout().setPaintDevice(printer)
            document.setPageSize(QSizeF(printer.width(), printer.height()))
            document.setHtml(page_html(visit, text))
            document.print_(printer)


def page_html(visit: Visit, text: str) -> str:
    """The note with its head: whose, when, by whom it was signed, or that it was not."""
    info = visit.info
    signature = visit.signature
    if signature is not None:
        signed = tr("Visits", "Signed by {name}, {when}", name=signature.name, when=moment_text(signature.at))
    else:
        signed = tr("Visits", "Not signed: a draft")
    titles = {section.title for section in visit.note.sections} if visit.note is not None else set()
    lines = [
        f"<h3>{escape(line)}</h3>" if line.strip() in titles else f"<p>{escape(line)}</p>"
        for line in text.splitlines()
        if line.strip()
    ]
    mark = "" if info.state in (VisitState.SIGNED, VisitState.AMENDED) else f"<p><b>{escape(signed)}</b></p>"
    return (
        f"<h1>{escape(patient_words(info))}</h1><p>{escape(moment_text(info.begun_at))}</p>{mark}"
        f"{''.join(lines)}<p><i>{escape(signed)}</i></p>"
    )
