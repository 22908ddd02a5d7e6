"""Pages that keep what the window asked of them."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from app.context import AppContext
from app.views.page import Page


class NotedPage(Page):
    """Notes every hook; holds a text field, as real pages do, which must not swallow the window's keys."""

    key = "first"
    icon = "ask"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.calls: list[object] = []
        self.takes_escape = False
        self.field = QLineEdit()
        self.field.setAccessibleName("Question")
        self.outer.addWidget(self.field)

    @classmethod
    def title(cls) -> str:
        return cls.key.title()

    def activate(self, target: object | None) -> None:
        self.calls.append(("activate", target))
        self.field.setFocus()

    def leave(self) -> None:
        self.calls.append("leave")

    def search_here(self) -> None:
        self.calls.append("search")

    def send(self) -> None:
        self.calls.append("send")

    def escape(self) -> bool:
        self.calls.append("escape")
        return self.takes_escape

    def next_problem(self, step: int) -> None:
        self.calls.append(("problem", step))

    def close_work(self) -> None:
        self.calls.append("close_work")


class SecondPage(NotedPage):
    key = "library"
    icon = "library"


class ThirdPage(NotedPage):
    key = "settings"
    icon = "settings"
