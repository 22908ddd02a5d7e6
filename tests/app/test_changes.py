"""Changes of the engine reach the GUI thread, gathered by topic."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread

from app.changes import Changes
from engine.changes import ChangeHub
from engine.types import Change, Topic


def test_a_burst_becomes_one_change_per_topic(qtbot):
    hub = ChangeHub()
    changes = Changes(hub)
    seen: list[tuple[Change, bool]] = []
    changes.changed.connect(lambda change: seen.append((change, QThread.isMainThread())))

    def publish() -> None:
        for number in range(100):
            hub.publish(Topic.LIBRARY, [number % 5])
        hub.publish(Topic.CONVERSATIONS, [9])

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert {(change.topic, tuple(change.ids)) for change, _main in seen} == {
        (Topic.LIBRARY, (0, 1, 2, 3, 4)),
        (Topic.CONVERSATIONS, (9,)),
    }
    assert all(main for _change, main in seen)
    changes.close()


def test_anything_may_have_changed_swallows_single_ids(qtbot):
    hub = ChangeHub()
    changes = Changes(hub)
    seen: list[Change] = []
    changes.changed.connect(seen.append)
    hub.publish(Topic.LIBRARY, [1])
    hub.publish(Topic.LIBRARY)
    hub.publish(Topic.LIBRARY, [2])
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [Change(Topic.LIBRARY, [])]
    changes.close()


def test_nothing_arrives_after_close(qtbot):
    hub = ChangeHub()
    changes = Changes(hub)
    seen: list[Change] = []
    changes.changed.connect(seen.append)
    hub.publish(Topic.LIBRARY, [1])
    changes.close()
    hub.publish(Topic.LIBRARY, [2])
    qtbot.wait(120)
    assert seen == []
