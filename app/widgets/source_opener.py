"""Opens a passage in the side panel: loads the document off the GUI thread and keeps the last one at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.dialogs.export import asked_export
from app.i18n import tr
from app.widgets.document_pane import LoadedDocument, Span
from app.widgets.document_viewer import DocumentViewer
from app.widgets.proof import Proof, ProofView
from app.widgets.source_panel import SourcePanel
from app.words.names import short_name
from engine.types import Permission

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Job
    from engine.errors import UserError
    from engine.types import Passage


class SourceOpener(QObject):
    """page owns the panels and viewers that are opened, and gets the focus back from them."""

    def __init__(self, context: AppContext, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._last: LoadedDocument | None = None
        self._viewers: list[DocumentViewer] = []

    def open_proof(self, proof: Proof) -> None:
        """Show a sentence of an answer beside its source, and the source with the passage marked."""
        source = proof.source
        if source is not None:
            self.open(source.document_id, source.document, Span(source.start, source.end, proof.source_marks()), proof)
            return
        panel = self._show_panel("", proof)
        panel.show_nothing()
        panel.setFocus()

    def open(
        self, document_id: int, name: str, span: Span | None, proof: Proof | None = None, *, in_viewer: bool = False
    ) -> None:
        """Show a document with a passage marked, in the side panel or in its own window."""
        panel = None if in_viewer else self._show_panel(name, proof)
        library = self._context.workspace.library
        last = self._last

        def load(job: Job) -> LoadedDocument:
            job.token.check()
            info = library.document(document_id)
            if last is not None and (last.info.id, last.info.sha256) == (info.id, info.sha256):
                return last
            return LoadedDocument(info, library.text(document_id), library.content(document_id))

        def loaded(document: LoadedDocument) -> None:
            self._last = document
            if in_viewer:
                self.open_viewer(document, span)
            elif panel is not None and isValid(panel):
                panel.show_document(document, span)
                panel.setFocus()

        self._context.operations.start(
            load,
            owner=panel or self._page,
            on_success=loaded,
            on_failure=panel.show_error if panel is not None else self._context.notices.error,
        )

    def show_error(self, name: str, error: UserError) -> None:
        """Say in the side panel why a document cannot be shown."""
        self._show_panel(name).show_error(error)

    def open_viewer(self, loaded: LoadedDocument, span: Span | None) -> None:
        """Show a loaded document in a window of its own."""
        save = self._save if self._context.may(Permission.EXPORT) else None
        viewer = DocumentViewer(self._context.theme, loaded, span, save, self._page.window())
        self._viewers = [kept for kept in self._viewers if isValid(kept)] + [viewer]
        viewer.show()

    def close(self) -> None:
        """Forget the document at hand and close the viewers: the workspace is about to be locked."""
        self._last = None
        for viewer in self._viewers:
            if isValid(viewer):
                viewer.close()
        self._viewers.clear()

    def _show_panel(self, name: str, proof: Proof | None = None) -> SourcePanel:
        view = None
        # Answers of older versions were not checked: there is nothing to tell but the source itself.
        if proof is not None and proof.sentence.verdict is not None:
            view = ProofView(self._context.theme, proof)
            view.source_wanted.connect(self.open_proof)
            view.passage_chosen.connect(self._open_passage)
        panel = SourcePanel(self._context.theme, name, self.open_viewer, view)
        self._context.panel.show_widget(panel, tr("Source", "Source"))
        return panel

    def _open_passage(self, passage: Passage) -> None:
        self.open(passage.document_id, passage.document, Span(passage.start, passage.end))

    def _save(self, loaded: LoadedDocument, parent: QWidget) -> None:
        """Ask how a copy leaves the workspace and where to, and write it."""
        info = loaded.info
        title = tr("Viewer", "Save a copy of “{name}”", name=short_name(info.name))
        asked = asked_export(self._context, title, info.name, f"document-{info.id}", parent)
        if asked is None:
            return
        file, protection = asked
        exports, inside = self._context.workspace.exports, f"document-{info.id}{Path(info.name).suffix}"
        self._context.operations.start(
            lambda _job: exports.write(file, [loaded.content], protection, name=inside, subject=f"document:{info.id}"),
            owner=self._page,
            on_success=lambda _none: self._context.notices.toast(tr("Viewer", "Saved “{name}”.", name=file.name)),
            on_failure=self._context.notices.error,
        )
