"""A card of the Settings page: a title, named choices below each other, and what else belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL, Card

Choices = list[tuple[str, Any]]


class Section(Card):
    """choices: the lists of choices by their names."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: dict[str, QComboBox] = {}
        self._values: dict[str, Choices] = {}
        self.body.addWidget(label(title, "heading"))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(SPACE_XL)
        self.grid.setVerticalSpacing(SPACE_M)
        # The same in every card, so that the choices stand below each other.
        self.grid.setColumnMinimumWidth(0, self.fontMetrics().averageCharWidth() * 34)
        self.grid.setColumnStretch(1, 1)
        self.body.addLayout(self.grid)
        self.body.setSpacing(SPACE_L)

    def choice(self, name: str, words: str, choices: Choices, now: Any, change: Callable[[str, Any], None]) -> None:
        """A named list of choices; a stored value that is none of them is shown as its own entry."""
        box = QComboBox()
        box.setAccessibleName(words)
        if all(value != now for _text, value in choices):
            choices = [*choices, (str(now), now)]
        for text, value in choices:
            box.addItem(text, value)
        box.activated.connect(lambda at: change(name, choices[at][1]))
        caption = label(words)
        caption.setBuddy(box)
        at = self.grid.rowCount()
        self.grid.addWidget(caption, at, 0)
        self.grid.addWidget(box, at, 1)
        self.choices[name] = box
        self._values[name] = choices
        self.show_choice(name, now)

    def offer(self, name: str, choices: Choices, now: Any) -> None:
        """Other choices under the same name."""
        box = self.choices[name]
        self._values[name][:] = choices
        box.clear()
        for text, value in choices:
            box.addItem(text, value)
        self.show_choice(name, now)

    def show_choice(self, name: str, now: Any) -> None:
        """Show what is stored: a change was refused, or came from elsewhere."""
        at = next((at for at, (_text, value) in enumerate(self._values[name]) if value == now), -1)
        self.choices[name].setCurrentIndex(at)
