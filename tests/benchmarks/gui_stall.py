"""Longest stall of the window while an answer streams and an import goes on.

A timer ticks every 5 ms on the GUI thread; a gap between two ticks is time in which the window could not react. The
answer is synthetic (no model: 3,000 words at 60 tokens/s, or as fast as the queue takes them with --flood; every
sentence has a verdict), the pages are the real ones. 500 documents change their state meanwhile. Goal: no gap above
50 ms. On a busy machine other programs lengthen the gaps: the GUI thread's own processor time within a gap is given
beside it.

Run: python -m tests.benchmarks.gui_stall [--words 3000] [--rate 60] [--flood] [--list] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication

from app.views.ask import AskPage
from app.views.library import LibraryPage
from engine.types import DocumentState, Finding, FindingKind, Sentence, Verdict
from tests.app.fakes_library import info
from tests.app.views.desk import Desk

TICK_MS = 5
GOAL_MS = 50
SENTENCE = "Give **adrenaline 0.5 mg** into the outer thigh and repeat it after five minutes if nothing has changed. "


class Heartbeat:
    """Collects the gaps between ticks and the GUI thread's processor time in each, in milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.busy: list[float] = []
        self._used = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._clock.start()
        self._used = time.thread_time()
        self._timer.start()

    def _tick(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        used = time.thread_time()
        self.busy.append((used - self._used) * 1000)
        self._used = used
        self._clock.restart()


def long_answer(words: int, as_list: bool) -> str:
    """Paragraphs of four sentences, or one list, of about so many words."""
    per_paragraph = 4
    paragraphs = max(words // (len(SENTENCE.split()) * per_paragraph), 1)
    lead = "- " if as_list else ""
    return ("\n" if as_list else "\n\n").join(f"{lead}{(SENTENCE * per_paragraph).strip()}" for _ in range(paragraphs))


def judged(sentence: Sentence) -> Sentence:
    """A verdict for every sentence, each in its turn, as checking gives them while the answer streams."""
    verdicts = (Verdict.SUPPORTED, Verdict.DIFFERS, Verdict.NOT_FOUND)
    verdict = verdicts[sentence.start // 100 % 3]
    start = sentence.start + sentence.text.index("0.5 mg") if "0.5 mg" in sentence.text else sentence.start
    found = Finding(FindingKind.DOSE, "0.5 mg", "5 mg", start, start + 6, 1, 16, 22, "a tenth as much")
    return msgspec.structs.replace(sentence, verdict=verdict, findings=[found] * (verdict is Verdict.DIFFERS))


def import_meanwhile(desk: Desk, stop: threading.Event) -> None:
    """Change documents as a fast import would: 50 changes a second."""
    library = desk.workspace.library
    for step in range(1_000_000):
        if stop.wait(0.02):
            return
        number = 4 + step % 500
        states = (DocumentState.READING, DocumentState.INDEXING, DocumentState.READY)
        state = states[step // 500 % 3]
        library.put(msgspec.structs.replace(library.entries[number], state=state, done=step % 9, total=9))


def measure(words: int, rate: float, as_list: bool) -> dict[str, float]:
    application = QApplication.instance() or QApplication([])
    desk = Desk(application)  # type: ignore[arg-type]
    library, assistant = desk.workspace.library, desk.workspace.assistant
    library.entries = {number: info(number, f"Document {number}.pdf") for number in range(1, 505)}
    assistant.hits = [library.hit(1, 1, "Give adrenaline 0.5 mg into the outer thigh at once.")]
    assistant.answer_text = long_answer(words, as_list)
    assistant.check = judged
    assistant.piece_s = 1 / rate if rate else 0.0
    shelf = LibraryPage(desk.context)
    shelf.activate(None)
    page = AskPage(desk.context)
    desk.show(page, 1024, 700)
    page.activate(None)
    settle(0.5)
    stop = threading.Event()
    importer = threading.Thread(target=import_meanwhile, args=(desk, stop))
    importer.start()
    beat = Heartbeat()
    begun = time.perf_counter()
    beat.start()
    page.composer.set_text("How is anaphylaxis treated?")
    page.composer.send()
    while page.dialogue.session.live is not None:
        settle(0.02)
    settle(0.3)
    seconds = time.perf_counter() - begun
    stop.set()
    importer.join()
    gaps = sorted(beat.gaps)
    desk.close()
    return {
        "words": len(assistant.answer_text.split()),
        "seconds": round(seconds, 1),
        "longest_ms": round(gaps[-1], 1),
        "longest_own_ms": round(max(beat.busy), 1),
        "p99_own_ms": round(sorted(beat.busy)[int(len(gaps) * 0.99)], 1),
        "p99_ms": round(gaps[int(len(gaps) * 0.99)], 1),
        "over_goal": sum(gap > GOAL_MS for gap in gaps),
        "ticks": len(gaps),
    }


def settle(seconds: float) -> None:
    """Let the event loop run."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.001)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=60.0, help="tokens per second")
    parser.add_argument("--flood", action="store_true", help="as fast as the queue takes them")
    parser.add_argument("--list", action="store_true", help="one long list instead of paragraphs")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result = measure(chosen.words, 0 if chosen.flood else chosen.rate, chosen.list)
    if chosen.json:
        print(json.dumps(result))
        return
    print(f"{result['words']} words in {result['seconds']} s, {result['ticks']} ticks")
    print(
        f"longest stall {result['longest_ms']} ms, 99th percentile {result['p99_ms']} ms, own work in one stall",
        end=" ",
    )
    print(f"at most {result['longest_own_ms']} ms; {result['over_goal']} stalls over {GOAL_MS} ms")


if __name__ == "__main__":
    main()
