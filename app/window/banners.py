"""What stays above the page until it was dealt with: emergency access, a missing recovery key."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.widgets.feedback import Notice
from app.widgets.layout import SPACE_L, SPACE_M, show_if


class Banners(QWidget):
    """Holds one notice per name, in the order in which they came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._notices: dict[str, Notice] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, 0)
        self._layout.setSpacing(SPACE_M)
        show_if(self, False)

    def get(self, name: str) -> Notice | None:
        return self._notices.get(name)

    def put(self, name: str, notice: Notice) -> None:
        """Show a notice in place of the one of that name."""
        self.drop(name)
        self._notices[name] = notice
        self._layout.addWidget(notice)
        show_if(self, True)

    def drop(self, name: str) -> None:
        """Take a notice away; nothing where there is none."""
        notice = self._notices.pop(name, None)
        if notice is not None:
            notice.hide()
            notice.deleteLater()
        show_if(self, bool(self._notices))
