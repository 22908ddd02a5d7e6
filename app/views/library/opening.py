"""Opening documents of the table: their pages, the reason why they have none, or the question for their password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.views.library.password import PasswordDialog
from app.widgets.document_pane import Span
from app.widgets.source_opener import SourceOpener
from engine.errors import UserError
from engine.types import DocumentState, Permission

if TYPE_CHECKING:
    from app.context import AppContext, OpenDocument
    from app.views.library.acts import LibraryActs
    from engine.types import DocumentInfo, Passage


class Opening(QObject):
    """Shows documents in the side panel or the viewer."""

    def __init__(self, context: AppContext, acts: LibraryActs, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._acts = acts
        self._page = page
        self._opener = SourceOpener(context, page)

    def document(self, document: DocumentInfo) -> None:
        """Show a document; ask for its password, or say why it cannot be shown."""
        if document.needs_password and self._context.may(Permission.ADD_DOCUMENTS):
            self.ask_password(document)
        elif document.state is DocumentState.FAILED and document.error is not None:
            problem = document.error
            self._opener.show_error(document.name, UserError(problem.message, problem.advice, problem.details))
        else:
            self._opener.open(document.id, document.name, None)

    def in_viewer(self, document: DocumentInfo) -> None:
        """Show a document in a window of its own."""
        self._opener.open(document.id, document.name, None, in_viewer=True)

    def passage(self, passage: Passage) -> None:
        """Show a passage that was found."""
        self._opener.open(passage.document_id, passage.document, Span(passage.start, passage.end))

    def target(self, document: DocumentInfo | None, wanted: OpenDocument) -> None:
        """Show what another page linked to; None where the document is gone."""
        if document is None:
            message = tr("Library", "This document is not in the library any more.")
            advice = tr("Library", "Add the file again to look into it.")
            self._context.notices.error(UserError(message, advice))
            return
        span = Span(wanted.start, wanted.end) if wanted.start is not None and wanted.end is not None else None
        self._opener.open(document.id, document.name, span)

    def ask_password(self, document: DocumentInfo) -> None:
        """Ask for the password of a protected document and read it again."""
        dialog = PasswordDialog(document.name, self._page.window())
        dialog.accepted.connect(lambda: self._acts.retry([document], dialog.password))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def close(self) -> None:
        """Forget what is at hand: the workspace is about to be locked."""
        self._opener.close()
