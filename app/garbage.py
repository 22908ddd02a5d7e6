"""Python's garbage is collected on the GUI thread only.

A widget that is part of a cycle dies when the cycle is collected, and Python collects in whatever thread allocates
next: the one that reads an answer, for example. A widget that dies there while the GUI thread draws or restyles ends
the process (seen with PySide 6.11: a segmentation fault in QApplication.setStyleSheet).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class GarbageCollection(QObject):
    """Collects when Python would, generation by generation, from a timer of the thread that made it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(collect_due)
        timer.start(_EVERY_MS)


def collect_due() -> None:
    """Collect the oldest generation whose count has passed its threshold; the younger ones go with it."""
    passed = [
        generation
        for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > most > 0
    ]
    if passed:
        gc.collect(max(passed))
