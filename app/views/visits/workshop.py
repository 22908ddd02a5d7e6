"""Templates and examples of style: how the next notes are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.visits.style_view import StyleView
from app.views.visits.template_editor import TemplateEditor
from app.widgets.buttons import give_icon, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, row

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.calls import VisitCalls


class Workshop(QWidget):
    """Two sheets and the way back. left: the person is done."""

    left = Signal()

    def __init__(self, context: AppContext, calls: VisitCalls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.templates = TemplateEditor(context, calls)
        self.style_view = StyleView(context, calls)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.templates, tr("Visits", "Templates"))
        self.tabs.addTab(self.style_view, tr("Visits", "My style"))
        self.back = push_button(tr("Visits", "Back to the visits (Esc)"), self.left.emit, role="link")
        give_icon(self.back, context.theme, "chevron-left", "accent", 16)
        head = row(self.back, label(tr("Visits", "How notes are written"), "title"), 1)
        head.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self.tabs, 1)

    def open(self, *, style: bool) -> None:
        """Show the templates, or the examples of style."""
        self.templates.load()
        self.style_view.load()
        self.tabs.setCurrentWidget(self.style_view if style else self.templates)
        (self.style_view if style else self.templates).setFocus()
