"""Selecting a row of a list because something else is shown, not because a person chose it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QListView


def select_quietly(view: QListView, index: QModelIndex) -> None:
    """Select a row, or none for an invalid index, without telling that it was chosen."""
    selection = view.selectionModel()
    selection.blockSignals(True)
    view.setCurrentIndex(index)
    selection.blockSignals(False)
    view.viewport().update()
