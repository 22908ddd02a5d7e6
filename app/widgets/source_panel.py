"""The source panel: the page of a document with the passage marked, beside the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.i18n import tr
from app.widgets.buttons import give_icon, push_button
from app.widgets.document_pane import DocumentPane, LoadedDocument, Span
from app.widgets.feedback import ErrorPanel
from app.widgets.highlights import page_at, section_at
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, column, row, separator, show_if

if TYPE_CHECKING:
    from app.theme import Theme
    from app.widgets.proof import ProofView
    from engine.errors import UserError


_PROOF_SHARE = 0.5


class SourcePanel(QWidget):
    """Says "Opening…" until show_document or show_error is called. on_viewer opens the large viewer.

    proof: what is told about the sentence that the source was opened for, above the document.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        on_viewer: Callable[[LoadedDocument, Span | None], None],
        proof: ProofView | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("sourcepanel")
        self._theme = theme
        self._on_viewer = on_viewer
        self.pane: DocumentPane | None = None
        self.name = ElidedLabel(name, "heading")
        self.place = ElidedLabel("", "small")
        self.viewer_button = push_button(tr("Source", "Open in viewer"), role="link")
        give_icon(self.viewer_button, theme, "external", "accent", size=16)
        self.viewer_button.hide()
        self._body = column(spacing=0)
        self._waiting = label(tr("Source", "Opening…"), "muted")
        self._waiting.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        self._body.addWidget(self._waiting)
        self._body.addStretch(1)
        below = row(self.place, self.viewer_button)
        below.setStretchFactor(self.place, 1)
        header = column(self.name, below, spacing=0)
        header.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.proof = proof
        self._proof_area = QScrollArea()
        self._rule = separator()
        show_if(self._proof_area, False)
        if proof is not None:
            self._proof_area.setWidget(proof)
            self._proof_area.setWidgetResizable(True)
            self._proof_area.setFrameShape(QFrame.Shape.NoFrame)
            self._proof_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self._proof_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            outer.addWidget(self._proof_area)
            outer.addWidget(self._rule)
            show_if(self._proof_area, True)
            self._proof_area.viewport().setAutoFillBackground(False)
            proof.setAutoFillBackground(False)
        outer.addLayout(header)
        outer.addLayout(self._body, 1)

    def show_document(self, loaded: LoadedDocument, span: Span | None) -> None:
        """Show the document, its passage marked and in view."""
        self._clear()
        self.name.setText(loaded.info.name)
        self.place.setText(_place(loaded, span))
        self.pane = DocumentPane(self._theme, loaded, span)
        self._body.addWidget(self.pane, 1)
        self.setFocusProxy(self.pane)
        self.viewer_button.show()
        self.viewer_button.clicked.connect(lambda _checked=False: self._on_viewer(loaded, span))

    def show_nothing(self) -> None:
        """There is no document to show: the proof is all."""
        self._clear()
        self.name.hide()
        self._rule.hide()
        self._body.addStretch(1)
        if self.proof is not None:
            self.setFocusProxy(self.proof)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The proof takes the room it needs, but leaves half of the panel to the document."""
        if self.proof is not None:
            share = 1.0 if self.name.isHidden() else _PROOF_SHARE
            # A scroll area never makes its widget lower than this.
            wanted = max(self.proof.heightForWidth(self.width()), self.proof.minimumSizeHint().height())
            self._proof_area.setFixedHeight(min(wanted, round(self.height() * share)))

    def show_error(self, error: UserError) -> None:
        """Say why the document cannot be shown."""
        self._clear()
        panel = QWidget()
        panel.setLayout(column(ErrorPanel(self._theme, error)))
        panel.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        self._body.addWidget(panel)
        self._body.addStretch(1)

    def _clear(self) -> None:
        while (item := self._body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


def _place(loaded: LoadedDocument, span: Span | None) -> str:
    parts = []
    if span and loaded.text.paged:
        parts.append(tr("Source", "Page {page}", page=page_at(loaded.text, span.start)))
    if span and (section := section_at(loaded.text, span.start)):
        parts.append(section)
    return " · ".join(parts) or loaded.info.title
