"""About: everything that ships with its licence text, searchable, and the duties that come with Qt."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.dialogs.about import AboutDialog


@pytest.fixture
def dialog(context, qtbot):
    made = AboutDialog(context, None)
    qtbot.addWidget(made)
    made.show()
    # In a checkout the metadata of every installed package are read.
    qtbot.waitUntil(lambda: made.list.count() > 0, timeout=60_000)
    return made


def shown(dialog) -> list[str]:
    items = [dialog.list.item(at) for at in range(dialog.list.count())]
    return [item.data(Qt.ItemDataRole.UserRole).name for item in items if not item.isHidden()]


def test_it_begins_with_chartside_and_what_comes_with_duties(dialog):
    assert dialog.title.text() == "Chartside 1.0.0"
    assert shown(dialog)[:2] == ["Chartside", "Qt"]
    assert "Apache License" in dialog.text.toPlainText()


def test_what_the_lgpl_wants_said_of_qt(dialog):
    dialog.list.setCurrentRow(1)
    text = dialog.text.toPlainText()
    for needed in (
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "GNU GENERAL PUBLIC LICENSE",
        "links to them dynamically",
        "replace them",
        "_internal/PySide6",
        "https://download.qt.io/official_releases/",
        "Written offer",
        "FreeType",
    ):
        assert needed in text, needed


def test_search_by_name_licence_and_text(dialog, qtbot):
    qtbot.keyClicks(dialog.search, "msgspec")
    assert "msgspec" in shown(dialog)
    assert dialog.text.toPlainText().startswith("msgspec ")
    dialog.search.setText("lgpl qt")
    assert "Qt" in shown(dialog)
    assert "msgspec" not in shown(dialog)
    dialog.search.setText("Zetetic LLC")  # only in a text
    assert shown(dialog) == ["SQLCipher"]
    assert "SQLCipher" in dialog.text.toPlainText()
    dialog.search.setText("no such thing anywhere")
    assert shown(dialog) == []
    assert dialog.text.toPlainText() == ""
    assert dialog.count.text() == "0 parts"
    dialog.search.clear()
    assert len(shown(dialog)) == dialog.list.count()


def test_keys_lead_through_it(dialog, qtbot):
    assert dialog.search.hasFocus()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Tab)
    assert dialog.list.hasFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.list.currentItem().text().startswith("Qt ")
    qtbot.keyClick(dialog.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert dialog.search.hasFocus()
