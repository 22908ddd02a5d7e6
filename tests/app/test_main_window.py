"""The window's keys, driven by key events while the focus is in a text field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from app.context import NewQuestion, OpenDocument
from app.dialogs.go_to import GoToDialog, Place, matching
from app.dialogs.keys import KeysDialog
from app.main_window import MainWindow
from tests.app.conftest import make_frame
from tests.app.fakes_library import info
from tests.app.pages import NotedPage, SecondPage, ThirdPage

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot, context):
    made = MainWindow(context.theme)
    frame = make_frame(qtbot, context, [NotedPage, SecondPage, ThirdPage])
    made.show_frame(frame)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    frame.open_page("first")
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def press(qtbot, window, key, modifiers=NONE):
    focus = window.focusWidget() or window
    qtbot.keyClick(focus, key, modifiers)


def when_dialog(act):
    """Do something with the modal dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, look)
        else:
            act(dialog)

    QTimer.singleShot(0, look)


@pytest.mark.parametrize(("key", "page"), [(Qt.Key.Key_2, "library"), (Qt.Key.Key_3, "settings")])
def test_ctrl_number_opens_a_page(window, qtbot, key, page):
    press(qtbot, window, key, CTRL)
    assert window.frame.page.key == page


def test_ctrl_9_without_a_ninth_page_does_nothing(window, qtbot):
    press(qtbot, window, Qt.Key.Key_9, CTRL)
    assert window.frame.page.key == "first"


@pytest.mark.parametrize(
    ("key", "modifiers", "call"),
    [
        (Qt.Key.Key_F, CTRL, "search"),
        (Qt.Key.Key_Return, CTRL, "send"),
        (Qt.Key.Key_Escape, NONE, "escape"),
        (Qt.Key.Key_F8, NONE, ("problem", 1)),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier, ("problem", -1)),
    ],
)
def test_keys_reach_the_page_in_front(window, qtbot, key, modifiers, call):
    press(qtbot, window, key, modifiers)
    assert window.frame.page.calls[-1] == call


def test_ctrl_n_starts_a_new_question_from_any_page(window, qtbot):
    window.frame.open_page("settings")
    press(qtbot, window, Qt.Key.Key_N, CTRL)
    assert window.frame.page.key == "first"
    assert window.frame.page.calls[-1] == ("activate", NewQuestion())


def test_escape_goes_to_the_page_then_to_notice_and_panel(window, qtbot):
    frame = window.frame
    frame.show_widget(QLabel("source"), "title")
    frame.notices.toast("Copied.")
    frame.page.takes_escape = True
    press(qtbot, window, Qt.Key.Key_Escape)
    assert frame.is_open and frame.notices.current is not None
    frame.page.takes_escape = False
    press(qtbot, window, Qt.Key.Key_Escape)
    assert frame.is_open and frame.notices.current is None
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not frame.is_open


def test_ctrl_l_asks_for_the_lock(window, qtbot):
    with qtbot.waitSignal(window.frame.lock_asked):
        press(qtbot, window, Qt.Key.Key_L, CTRL)


def test_ctrl_b_folds_the_sidebar(window, qtbot):
    press(qtbot, window, Qt.Key.Key_B, CTRL)
    assert window.frame.sidebar.collapsed


def test_f1_lists_the_keys(window, qtbot):
    seen = []

    def look(dialog) -> None:
        seen.append([each.text() for each in dialog.findChildren(QLabel)])
        dialog.reject()

    when_dialog(look)
    press(qtbot, window, Qt.Key.Key_F1)
    (texts,) = seen
    assert {"Ctrl+1", "First", "Ctrl+K", "Go to anything", "Ctrl+Enter", "Esc", "F1"} <= set(texts)


def test_ctrl_k_goes_to_a_document(window, qtbot, workspace):
    workspace.library.put(info(7, "anaphylaxis-protocol.pdf"), info(8, "opening-hours.md"))

    def choose(dialog: GoToDialog) -> None:
        if dialog.list.count() < 5:
            QTimer.singleShot(20, lambda: choose(dialog))
            return
        qtbot.keyClicks(dialog.field, "anaph")
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    when_dialog(choose)
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    assert window.frame.page.key == "library"
    assert window.frame.page.calls[-1] == ("activate", OpenDocument(7))


def test_escape_in_go_to_goes_nowhere(window, qtbot):
    when_dialog(lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    window.go_to()
    assert window.frame.page.key == "first"


def test_arrows_move_in_go_to(context, qtbot):
    pages = [Place(name, "page", "ask", name) for name in ("One", "Two", "Three")]
    dialog = GoToDialog(context.theme, pages, list, context.operations, None)
    qtbot.addWidget(dialog)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    qtbot.keyClick(dialog.field, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Up)
    assert dialog.list.currentRow() == 2
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.chosen == pages[2]


def test_matching_prefers_beginnings():
    names = ["Sore throat visit", "Throat", "Otitis", "Deep throat swab"]
    places = [Place(name, "document", "file", "library") for name in names]
    assert [place.name for place in matching(places, "throat")] == ["Throat", "Sore throat visit", "Deep throat swab"]
    assert matching(places, "throat swab")[0].name == "Deep throat swab"
    assert matching(places, "nothing") == []
    assert [place.name for place in matching(places, "")] == names


def test_no_key_works_before_the_workspace_is_open(qtbot, theme):
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.show_start(QLabel("unlock"))
    window.show()
    for key in (Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_1):
        qtbot.keyClick(window, key, CTRL)
    assert window.frame is None


def test_geometry_is_remembered_and_nonsense_ignored(qtbot, theme):
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.resize(900, 610)
    state = window.geometry_state()
    other = MainWindow(theme)
    qtbot.addWidget(other)
    other.restore_geometry(state)
    # The offscreen screen is 800 pixels wide, so only the height tells.
    assert other.height() == 610
    other.restore_geometry({"geometry": "nonsense ☃"})
    other.restore_geometry({})
    assert other.width() >= 820


def test_every_window_key_has_an_action_and_words(theme, qtbot):
    from app.keys import window_keys

    window = MainWindow(theme)
    qtbot.addWidget(window)
    keys = window_keys()
    assert {key.action for key in keys} == set(window._actions())
    assert all(key.words for key in keys)
    assert len({key.sequence for key in keys}) == len(keys)
    dialog = KeysDialog(["Ask"], window)
    assert dialog.title.text()
