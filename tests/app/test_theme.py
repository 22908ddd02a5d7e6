"""The theme follows the choice, the system and the text size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QPushButton
from shiboken6 import isValid

from app.theme import Theme
from app.widgets.buttons import IconButton, give_icon
from app.widgets.labels import label


def test_dark_and_light_change_every_colour_at_once(theme: Theme, qapp, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.set_look("dark", 1.0)
    assert theme.dark
    assert qapp.palette().window().color() == theme.color("surface")
    assert theme.palette.surface in qapp.styleSheet()
    theme.set_look("light", 1.0)
    assert qapp.palette().window().color() == theme.color("surface")


def test_same_look_again_changes_nothing(theme: Theme, qtbot):
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_look("light", 1.0)


def test_text_grows(theme: Theme, qtbot):
    words = label("words")
    qtbot.addWidget(words)
    words.show()
    before = words.sizeHint().height()
    theme.set_look("light", 1.5)
    assert words.sizeHint().height() > before * 1.3
    assert theme.scaled(20) == 30


def test_style_sheet_has_no_gap_and_no_colour_of_its_own(theme: Theme, qapp):
    sheet = qapp.styleSheet()
    assert "$" not in sheet
    colours = set(theme.palette.roles().values())
    words = [word.strip(';,"()') for word in sheet.split() if word.startswith("#") and len(word.strip(";,")) == 7]
    assert [word for word in words if word not in colours] == []


def test_system_choice_follows_the_system(theme: Theme, qtbot, monkeypatch):
    theme.set_look("system", 1.0)
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(Qt.ColorScheme.Dark)
    try:
        qtbot.waitUntil(lambda: theme.dark == (hints.colorScheme() == Qt.ColorScheme.Dark))
    finally:
        hints.unsetColorScheme()


@pytest.mark.parametrize("make", ["icon_button", "given"])
def test_buttons_take_new_icons_and_a_deleted_button_does_no_harm(theme: Theme, qtbot, make):
    if make == "icon_button":
        button = IconButton(theme, "copy", "Copy")
    else:
        button = QPushButton("Copy")
        give_icon(button, theme, "copy")
    qtbot.addWidget(button)
    before = button.icon().cacheKey()
    theme.set_look("dark", 1.25)
    assert button.icon().cacheKey() != before
    assert button.iconSize().width() == round(18 * 1.25)
    button.deleteLater()
    qtbot.waitUntil(lambda: not isValid(button))
    theme.set_look("light", 1.0)


def test_a_widget_that_outlives_its_theme_and_dies_under_the_next_does_no_harm(qapp, qtbot):
    """Without the sheet kept by close(), Qt restyles the dead widget: a segmentation fault."""
    first = Theme(qapp, "light")
    widget = QComboBox()
    widget.addItem("SOAP")
    widget.show()
    qtbot.waitExposed(widget)
    first.close()
    second = Theme(qapp, "light")
    second.set_look("dark", 1.25)
    widget.deleteLater()
    qtbot.waitUntil(lambda: not isValid(widget))
    taking_its_place = [label("words " * 20) for _ in range(100)]
    second.set_look("light", 1.0)
    assert all(isValid(each) for each in taking_its_place)
    assert qapp.palette().window().color() == second.color("surface")
    second.close()


def test_icon_button_is_named_for_screen_readers(theme: Theme, qtbot):
    button = IconButton(theme, "copy", "Copy the answer", shortcut="Ctrl+C")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Copy the answer"
    assert button.toolTip() == "Copy the answer (Ctrl+C)"
    assert button.focusPolicy() == Qt.FocusPolicy.StrongFocus
