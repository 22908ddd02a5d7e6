"""Pages, side panel and notices of the open workspace."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from app.window.watch import StatusWatch
from engine.errors import UserError
from engine.types import Change, DeviceInfo, DocumentState, MemoryStatus, Topic
from tests.app.conftest import make_frame
from tests.app.fakes_library import info
from tests.app.pages import NotedPage, SecondPage, ThirdPage


@pytest.fixture
def frame(qtbot, context):
    return make_frame(qtbot, context, [NotedPage, SecondPage, ThirdPage])


def test_pages_are_made_when_first_shown_and_kept(frame):
    frame.open_page("first", "target")
    first = frame.page
    assert first.calls == [("activate", "target")]
    assert frame.stack.count() == 1
    frame.open_page("library")
    assert first.calls[-1] == "leave"
    frame.open_page("first")
    assert frame.page is first
    assert frame.sidebar.button("first").isChecked()
    assert not frame.sidebar.button("library").isChecked()


def test_unknown_page_is_our_mistake(frame):
    with pytest.raises(ValueError, match="nowhere"):
        frame.open_page("nowhere")


def test_only_pages_that_exist_are_in_the_sidebar(frame):
    assert [title for _key, title, _icon in frame.page_titles] == ["First", "Library", "Settings"]


def test_sidebar_buttons_open_pages(frame):
    frame.open_page("first")
    frame.sidebar.button("settings").click()
    assert frame.page.key == "settings"


def test_side_panel_opens_closes_and_gives_the_focus_back(frame, qtbot):
    frame.open_page("first")
    source = QLabel("a passage")
    frame.show_widget(source, "anaphylaxis.pdf")
    assert frame.is_open and frame.side_panel.isVisible()
    assert 280 <= frame.side_panel.width() <= 512
    frame.close_panel()
    qtbot.waitUntil(lambda: not isValid(source))
    assert not frame.is_open and not frame.side_panel.isVisible()


def test_another_source_replaces_the_first(frame, qtbot):
    frame.open_page("first")
    one, two = QLabel("one"), QLabel("two")
    frame.show_widget(one, "one")
    frame.show_widget(two, "two")
    qtbot.waitUntil(lambda: not isValid(one))
    assert frame.side_panel.widget is two


def test_leaving_the_page_closes_its_panel(frame):
    frame.open_page("first")
    frame.show_widget(QLabel("a passage"), "title")
    frame.open_page("library")
    assert not frame.is_open


def test_everything_fits_at_1024_by_700(frame):
    frame.open_page("first")
    frame.show_widget(QLabel("a passage"), "x" * 200)
    assert frame.minimumSizeHint().width() <= 1024
    assert frame.width() == 1024


def test_sizes_are_remembered(frame, qtbot, context):
    frame.open_page("library")
    frame.sidebar.set_collapsed(True)
    state = frame.layout_state()
    other = make_frame(qtbot, context, [NotedPage, SecondPage, ThirdPage])
    assert other.restore_layout(state) == "library"
    assert other.sidebar.collapsed
    assert other.sidebar.width() < 80


def test_damaged_memory_of_sizes_is_ignored(frame):
    assert frame.restore_layout({"panel_width": "wide", "page": "gone"}) == ""


def test_toast_offers_undo(frame, qtbot):
    undone = []
    frame.open_page("first")
    frame.notices.toast("“a.pdf” was removed.", lambda: undone.append(1))
    toast = frame.notices.current
    assert toast.undo_button.isVisible()
    toast.undo_button.click()
    assert undone == [1]
    qtbot.waitUntil(lambda: frame.notices.current is None)


def test_toast_without_undo_goes_by_itself(frame, qtbot):
    frame.notices.toast("Copied.")
    toast = frame.notices.current
    assert not toast.undo_button.isVisible()
    toast._timer.setInterval(10)
    toast._timer.start()
    qtbot.waitUntil(lambda: not isValid(toast))


def test_failure_stays_until_dismissed_and_fits(frame):
    frame.notices.error(UserError("It failed. " * 12, "Try again. " * 12, "details"))
    panel = frame.notices.current
    assert panel.message.isVisible() and panel.advice.isVisible()
    assert frame.stack.rect().contains(panel.geometry())
    frame.notices.dismiss()
    assert frame.notices.current is None


@pytest.mark.parametrize("seen", [False, True])
def test_notice_stays_above_a_page_that_comes_to_the_front(frame, seen):
    frame.open_page("library")
    if not seen:
        frame.open_page("settings")
    frame.open_page("first")
    frame.notices.error(UserError("It failed.", "Try again."))
    frame.open_page("settings")
    assert frame.stack.children()[-1] is frame.notices.current


def test_status_bar_says_what_runs_where_and_how_fast(frame, context, workspace, qtbot):
    StatusWatch(frame.context, frame.status_bar, frame)
    bar = frame.status_bar
    assert bar.offline.text() == "Offline"
    qtbot.waitUntil(lambda: bar.model.text() == "No model yet")
    workspace.models.install("qwen-1.5b")
    workspace.loaded = DeviceInfo("CPU", 0, 28, 2, 4096, "no GPU")
    workspace.hub.publish(Topic.STATUS)
    qtbot.waitUntil(lambda: bar.model.text() == "Qwen2.5 Coder 1.5B Instruct on CPU")
    workspace.models.install("qwen3-4b")
    workspace.chosen = "qwen3-4b"
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: bar.model.text().startswith("Qwen3 4B Instruct"))
    bar.show_speed(31.4)
    assert bar.model.text().endswith("on CPU · 31 tokens/s")
    bar.show_speed(0)
    assert bar.model.text().endswith("on CPU")


def test_status_bar_counts_the_import(frame, workspace, qtbot):
    StatusWatch(frame.context, frame.status_bar, frame)
    states = [DocumentState.READING] + [DocumentState.QUEUED] * 3
    workspace.library.put(*[info(number, f"{number}.pdf", state=state) for number, state in enumerate(states, 1)])
    workspace.hub.publish(Topic.LIBRARY)
    qtbot.waitUntil(lambda: frame.status_bar.work.text() == "import: 1 of 4", timeout=3_000)
    workspace.library.put(info(1, "1.pdf", state=DocumentState.READY))
    workspace.hub.publish(Topic.LIBRARY)
    qtbot.waitUntil(lambda: frame.status_bar.work.text() == "import: 2 of 4", timeout=3_000)
    workspace.library.put(*[info(number, f"{number}.pdf") for number in range(1, 5)])
    workspace.hub.publish(Topic.LIBRARY)
    qtbot.waitUntil(lambda: frame.status_bar.work.text() == "", timeout=3_000)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MemoryStatus(True, 60, 60), ""),
        (MemoryStatus(False, 20, 60), "search index: 20 of 60"),
        (MemoryStatus(True, 20, 20, waiting=40), "search index: 20 of 60"),
        (MemoryStatus(False, 0, 0, waiting=60, no_model=True), "keyword search only: no search model"),
    ],
)
def test_status_bar_says_how_far_search_by_meaning_is(frame, workspace, qtbot, status, words):
    StatusWatch(frame.context, frame.status_bar, frame)
    frame.context.status.show_work("something else")
    workspace.library.put(info(1, "1.pdf"))
    workspace.library.status = status
    workspace.hub.publish(Topic.INDEX)
    qtbot.waitUntil(lambda: frame.status_bar.work.text() == words, timeout=3_000)


def test_shield_tells_the_truth_while_a_model_is_downloaded(frame, workspace, qtbot):
    StatusWatch(frame.context, frame.status_bar, frame)
    frame.fetches.start(workspace.models.get("qwen-1.5b"))
    qtbot.waitUntil(lambda: frame.status_bar.offline.text() == "Downloading Qwen2.5 Coder 1.5B Instruct")
    workspace.models.finish()
    qtbot.waitUntil(lambda: frame.status_bar.offline.text() == "Offline")


def test_close_work_reaches_every_page_and_stops_listening(frame, workspace, qtbot):
    frame.open_page("first")
    frame.open_page("library")
    frame.close_work()
    seen: list[Change] = []
    frame.changes.changed.connect(seen.append)
    workspace.hub.publish(Topic.LIBRARY)
    qtbot.wait(100)
    assert seen == []
    assert all(page.calls[-1] == "close_work" for page in frame._pages.values())
