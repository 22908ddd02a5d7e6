"""The Library page, driven by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.context import OpenDocument
from app.views.library import LibraryPage
from app.views.library.columns import Column
from app.views.library.model import DocumentTable
from app.views.library.password import PasswordDialog
from app.views.library.refused import refused_error
from app.views.library.wording import library_counts, state_details, state_text
from app.widgets.source_panel import SourcePanel
from engine.library.outcome import RefusedFile
from engine.types import DocumentState, Problem, Role
from tests.app.fakes_library import info
from tests.app.fakes_people import person_of
from tests.app.views.desk import Desk

Make = Callable[[], LibraryPage]
BROKEN = Problem("This PDF is damaged.", "Export it again.", "xref")
LOCKED = Problem("This document is protected.", "Enter its password.")


def idle(page: LibraryPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.context.operations.busy)


def names(page: LibraryPage) -> list[str]:
    model = page.shelf.view.model()
    return [str(model.index(row, Column.NAME).data()) for row in range(model.rowCount())]


def states(page: LibraryPage) -> dict[str, str]:
    model = page.shelf.view.model()
    return {
        str(model.index(row, Column.NAME).data()): str(model.index(row, Column.STATE).data())
        for row in range(model.rowCount())
    }


def test_documents_are_listed_by_name_with_their_state(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    library = desk.workspace.library
    library.entries[4] = info(4, "Scan.pdf", state=DocumentState.READING, done=12, total=48)
    library.entries[5] = info(5, "broken.pdf", state=DocumentState.FAILED, error=BROKEN)
    page = library_page()
    assert names(page) == [
        "Anaphylaxis protocol.pdf",
        "broken.pdf",
        "opening-hours.md",
        "Scan.pdf",
        "very-long-" * 20 + ".pdf",
    ]
    assert states(page)["Scan.pdf"] == "Reading page 12 of 48"
    assert states(page)["broken.pdf"] == "This PDF is damaged."
    assert page.shelf.counts.text() == "5 documents · 1 not ready yet · 1 failed"
    assert page.shelf.view.hasFocus()


def test_progress_changes_rows_in_place(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    page.shelf.view.select(2)
    library = desk.workspace.library
    library.put(info(4, "Aaa.pdf", state=DocumentState.READING, done=1, total=2))
    qtbot.waitUntil(lambda: "Aaa.pdf" in names(page))
    assert [document.id for document in page.shelf.view.selected()] == [2]
    assert "Aaa.pdf: Reading page 1 of 2" in page.shelf.strip.words
    assert page.shelf.strip.words.startswith("0 of 1 documents done")
    library.put(info(5, "Bbb.pdf", state=DocumentState.QUEUED), info(4, "Aaa.pdf"))
    qtbot.waitUntil(lambda: page.shelf.strip.words.startswith("1 of 2 documents done"))
    library.put(info(5, "Bbb.pdf"))
    qtbot.waitUntil(lambda: not page.shelf.strip.isVisible())
    assert [document.id for document in page.shelf.view.selected()] == [2]


def test_the_import_pauses_and_goes_on(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    desk.workspace.library.entries[4] = info(4, "Aaa.pdf", state=DocumentState.QUEUED)
    page = library_page()
    assert page.shelf.strip.pause_button.text() == "Pause"
    qtbot.keyClick(page.shelf.strip.pause_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.shelf.strip.pause_button.text() == "Go on")
    assert page.shelf.strip.words.startswith("Paused")
    qtbot.keyClick(page.shelf.strip.pause_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.shelf.strip.pause_button.text() == "Pause")
    assert [call[0] for call in desk.workspace.library.calls] == ["pause", "resume"]


def test_ctrl_o_adds_files_and_names_what_was_refused(
    desk: Desk, library_page: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = library_page()
    chosen = (["/in/new.pdf", "/in/sound.xyz", "/in/thing.exe"], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_all: chosen)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "new.pdf" in names(page))
    assert desk.told.toasts[-1][0] == "Added 1 document."
    assert page.shelf.refused.message.text() == "2 files were not added: “sound.xyz”, “thing.exe”."
    assert page.shelf.refused.isVisible()


def test_files_dropped_on_the_page_are_added(desk: Desk, library_page: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page = library_page()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.md"))])
    act, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(50, 50), act, mime, buttons, keys))
    assert page.drop.isVisible()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), act, mime, buttons, keys))
    assert not page.drop.isVisible()
    qtbot.waitUntil(lambda: "dropped.md" in names(page))


def test_an_empty_library_teaches_and_offers_samples(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    desk.workspace.library.entries.clear()
    page = library_page()
    assert page.stack.currentWidget() is page.empty
    assert page.empty.button.hasFocus()
    qtbot.keyClick(page.samples_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: names(page) == ["anaphylaxis-protocol.pdf", "opening-hours.md"])
    assert page.stack.currentWidget() is page.shelf


def test_delete_removes_and_undo_brings_back(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    page.shelf.view.select(1)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(names(page)) == 1)
    message, undo = desk.told.toasts[-1]
    assert message == "Removed 2 documents."
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_search_filters_names_and_finds_passages(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    page.search_here()
    qtbot.keyClicks(page.shelf.field, "anaph")
    assert names(page) == ["Anaphylaxis protocol.pdf"]
    qtbot.waitUntil(lambda: page.shelf.content.passages.count() == 3)
    assert page.shelf.content.heading.text() == "3 passages in the text, nearest first"
    qtbot.keyClicks(page.shelf.field, " zzz")
    assert names(page) == []
    qtbot.waitUntil(lambda: ("search", "anaph zzz") in desk.workspace.library.calls)
    idle(page, qtbot)
    qtbot.keyClick(page.shelf.field, Qt.Key.Key_Down)
    assert page.shelf.content.passages.hasFocus()
    qtbot.keyClick(page.shelf.content.passages, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    assert desk.panel.widget.place.text() == "Page 3 · 2 Treatment"
    desk.panel.close_panel()
    assert page.escape()
    assert len(names(page)) == 3
    assert not page.shelf.content.isVisible()


def test_enter_opens_a_document(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    page.shelf.view.select(1)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    assert desk.panel.widget.pane.position.text() == "Page 1 of 3"


def test_a_failed_document_says_why(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    desk.workspace.library.entries[4] = info(4, "broken.pdf", state=DocumentState.FAILED, error=BROKEN)
    page = library_page()
    page.shelf.view.selectRow(0)
    page.next_problem(1)
    assert [document.id for document in page.shelf.view.selected()] == [4]
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Return)
    said = " ".join(each.text() for each in desk.panel.widget.findChildren(QLabel))
    assert "This PDF is damaged. Export it again." in said


def test_a_protected_document_asks_for_its_password(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    entry = info(4, "locked.pdf", state=DocumentState.FAILED, needs_password=True, error=LOCKED)
    desk.workspace.library.entries[4] = entry
    page = library_page()
    page.shelf.view.select(4)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Return)
    dialog = page.window().findChild(PasswordDialog)
    assert not dialog.read.isEnabled()
    qtbot.keyClicks(dialog.field, "secret")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("retry", 4, "secret") in desk.workspace.library.calls)
    qtbot.waitUntil(lambda: states(page)["locked.pdf"] == "Waiting")


def test_a_link_selects_and_opens_the_passage(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    passage = desk.workspace.library.hits[0].passage
    page.activate(OpenDocument(1, passage.start, passage.end))
    qtbot.waitUntil(lambda: isinstance(desk.panel.widget, SourcePanel) and desk.panel.widget.pane is not None)
    assert [document.id for document in page.shelf.view.selected()] == [1]
    page.activate(OpenDocument(99))
    qtbot.waitUntil(lambda: bool(desk.told.errors))
    assert desk.told.errors[0].message == "This document is not in the library any more."


def test_read_again_and_retry_reach_the_library(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    desk.workspace.library.entries[4] = info(4, "broken.pdf", state=DocumentState.FAILED, error=BROKEN)
    page = library_page()
    page.shelf.view.select(4)
    page.acts.reindex(page.shelf.view.selected())
    page.acts.retry(page.shelf.view.selected())
    qtbot.waitUntil(lambda: states(page)["broken.pdf"] == "Waiting")
    assert ("reindex", [4]) in desk.workspace.library.calls


def test_the_table_takes_thousands_of_documents_and_keeps_rows_apart(qtbot: QtBot) -> None:
    table = DocumentTable()
    many = [info(number, f"Document {number}.pdf") for number in range(1, 3001)]
    table.show(many)
    events: list[str] = []
    table.dataChanged.connect(lambda first, _last: events.append(f"changed {first.row()}"))
    table.rowsRemoved.connect(lambda _parent, first, last: events.append(f"removed {first}-{last}"))
    table.rowsInserted.connect(lambda _parent, first, last: events.append(f"added {first}-{last}"))
    changed = msgspec.structs.replace(many[7], state=DocumentState.READING)
    table.show([*many[:7], changed, *many[9:20], *many[22:], info(4000, "New.pdf")])
    assert [event.split()[0] for event in events] == ["removed"] * 3 + ["changed", "added"]
    assert events[-1] == "added 2997-2997"
    assert table.document(4000).name == "New.pdf"
    assert table.document(many[21].id) is None
    assert table.document(8).state is DocumentState.READING


def test_sorting_and_searching_keep_the_selection(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    page = library_page()
    page.shelf.view.select(2)
    page.shelf.view.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert names(page)[0].startswith("very-long")
    assert [document.id for document in page.shelf.view.selected()] == [2]
    page.shelf.field.setText("hours")
    assert names(page) == ["opening-hours.md"]
    page.shelf.field.clear()
    assert [document.id for document in page.shelf.view.selected()] == [2]
    page.shelf.view.sortByColumn(Column.SIZE, Qt.SortOrder.AscendingOrder)
    assert [document.id for document in page.table.rows] == [1, 2, 3]
    desk.workspace.library.put(info(1, "Anaphylaxis protocol.pdf", size=10**9))
    qtbot.waitUntil(lambda: [document.id for document in page.table.rows] == [2, 3, 1])
    assert [document.id for document in page.shelf.view.selected()] == [2]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": DocumentState.QUEUED}, "Waiting"),
        ({"state": DocumentState.READING}, "Reading"),
        ({"state": DocumentState.INDEXING, "done": 3, "total": 9}, "Indexing 3 of 9"),
        ({"state": DocumentState.FAILED}, "Could not be read"),
        ({"warnings": ["Page 3 could not be read."]}, "Ready, but not complete"),
        ({"keyword_only": True}, "Ready for keyword search"),
        ({"keyword_only": True, "done": 3, "total": 9}, "Indexing 3 of 9"),
        ({"keyword_only": True, "state": DocumentState.QUEUED}, "Waiting"),
        ({}, "Ready"),
    ],
)
def test_states_in_words(changes: dict[str, object], words: str) -> None:
    assert state_text(info(1, "a.pdf", **changes)) == words


def test_counts_name_only_what_there_is() -> None:
    assert library_counts([info(1, "a.pdf")]) == "1 document"
    waiting = [info(number, f"{number}.pdf", keyword_only=True) for number in (1, 2)]
    assert library_counts(waiting) == "2 documents · 2 wait for the search model"


def test_a_document_that_waits_for_the_search_model_says_what_is_found_now() -> None:
    details = state_details(info(1, "a.pdf", keyword_only=True))
    assert "Its words are found." in details
    assert "waits for the search model" in details


def test_refused_files_are_named_and_their_reasons_listed() -> None:
    kind, empty = Problem("This kind cannot be read."), Problem("The file is empty.", "Check it.")
    files = [RefusedFile(f"{number}.xyz", kind) for number in range(4)] + [RefusedFile("e.pdf", empty)]
    error = refused_error(files)
    assert error.message == "5 files were not added: “0.xyz”, “1.xyz”, “2.xyz”, 2 more."
    assert error.details == (
        "This kind cannot be read.\n  0.xyz\n  1.xyz\n  2.xyz\n  3.xyz\n\nThe file is empty. Check it.\n  e.pdf"
    )
    assert refused_error(files[:1]).advice == "This kind cannot be read."


def test_menus_offer_what_fits_the_documents(desk: Desk, library_page: Make, qtbot: QtBot) -> None:
    library = desk.workspace.library
    library.entries[4] = info(4, "broken.pdf", state=DocumentState.FAILED, error=BROKEN)
    library.entries[5] = info(5, "locked.pdf", state=DocumentState.FAILED, needs_password=True, error=LOCKED)
    page = library_page()

    def offered(number: int) -> list[str]:
        menu = page.menus.of_documents([library.entries[number]])
        return [action.text() for action in menu.actions() if action.text()]

    assert offered(1) == ["Open", "Open in viewer", "Read again", "Remove"]
    assert offered(4) == ["Open", "Try again", "Read again", "Remove"]
    assert offered(5) == ["Open", "Enter password…", "Try again", "Read again", "Remove"]
    page.menus.of_library(page.table.documents).actions()[0].trigger()
    qtbot.waitUntil(lambda: ("retry", 4, None) in library.calls)
    assert ("retry", 5, None) not in library.calls


@pytest.mark.parametrize(
    ("role", "adds", "removes"),
    [(Role.CLINICIAN, True, True), (Role.STAFF, True, False), (Role.READER, False, False)],
)
def test_each_role_sees_what_it_may_do(
    desk: Desk, library_page: Make, qtbot: QtBot, role: Role, adds: bool, removes: bool
) -> None:
    library = desk.workspace.library
    desk.workspace.actor = person_of(role)
    page = library_page()
    assert page.shelf.add_button.isVisible() is adds
    assert page.shelf.folder_button.isVisible() is adds
    assert (page.drop is not None) is adds
    menu = page.menus.of_documents([library.entries[1]])
    words = [action.text() for action in menu.actions() if action.text()]
    assert ("Read again" in words) is adds
    assert ("Remove" in words) is removes
    page.shelf.view.selectRow(0)
    qtbot.keyClick(page.shelf.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not desk.operations.busy)
    assert any(call[0] == "remove" for call in library.calls) is removes


def test_an_empty_library_says_who_may_add(desk: Desk, library_page: Make) -> None:
    desk.workspace.actor = person_of(Role.READER)
    desk.workspace.library.entries = {}
    page = library_page()
    assert "Colleagues" in page.empty.sentence.text()
    assert not page.empty.button.isVisible()
