"""The states of every page, reached the way a person reaches them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QWidget

from app.context import NewQuestion
from app.views.ask import AskPage
from app.views.create import CreatePage
from app.views.first_run import FirstRunPage
from app.views.recovery_key import RecoveryKeyPage
from app.views.unlock import UnlockPage
from engine.types import DocumentState
from tests.screenshots import vault
from tests.screenshots.studio import ALL, BOTH, LIGHT

if TYPE_CHECKING:
    from app.views.ask.turn import TurnView
    from tests.screenshots import vault
from tests.screenshots.studio import Studio

PASSPHRASE = "river stone lantern orchard"
QUESTION = "What dose of intramuscular epinephrine does a child of 20 kg get in anaphylaxis?"
FOLLOW_UP = "And a child of 30 kg?"
UNANSWERABLE = "How many weeks of parental leave do employees get?"
LONG_QUESTION = "Which drugs are the first choice for high blood pressure, at which dose, and what has to be checked?"
SMALL = (1024, 700)
P = TypeVar("P", bound=QWidget)
_BUSY = {DocumentState.QUEUED, DocumentState.READING, DocumentState.INDEXING}


def first_start(studio: Studio) -> str:
    """Create the workspace; look at every page while it is empty. Returns the recovery key."""
    page = _start_page(studio, CreatePage)
    studio.take("create-empty", ALL)
    studio.type(page.first, PASSPHRASE)
    studio.type(page.second, "river stone lamp")
    studio.take("create-differs")
    studio.type(page.second, PASSPHRASE)
    page.button.click()
    studio.until(lambda: isinstance(studio.desktop.window.centralWidget(), RecoveryKeyPage), "the workspace to be made")
    key = vault.recovery_key(studio)
    studio.settle(1.0)
    studio.take("first-run", ALL)
    first_run = _start_page(studio, FirstRunPage)
    first_run.begin.click()
    studio.until(lambda: studio.desktop.window.frame, "the window to open")
    for name, _title, _icon in studio.frame.page_titles:
        studio.page(name)
        studio.settle(0.6)
        studio.take(f"{name}-empty", ALL if name in ("models", "settings") else BOTH)
        studio.take(f"{name}-empty-small", (LIGHT,), size=SMALL)
    return key


def library(studio: Studio, scratch: Path) -> None:
    """Import the samples, a broken file and a file with a very long name."""
    broken = scratch / "Old scan of the laboratory manual.pdf"
    broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog\n")
    long_name = scratch / ("Minutes of the meeting about " + "the new appointment system and " * 5 + "its costs.md")
    long_name.write_text("# Minutes\n\nThe new appointment system starts on May 4.\n", encoding="utf-8")
    photo = scratch / "Holiday.heic"
    photo.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
    studio.page("library")
    studio.workspace.library.add_samples()
    studio.workspace.library.add([broken, long_name, photo])
    studio.settle(1.0)
    studio.take("library-busy")
    studio.until(
        lambda: not any(document.state in _BUSY for document in studio.workspace.library.documents()),
        "the samples to be read",
    )
    failed = [document for document in studio.workspace.library.documents() if document.state is DocumentState.FAILED]
    if [document.name for document in failed] != [broken.name]:
        raise RuntimeError(f"not only the broken file failed: {[document.error for document in failed]}")
    studio.until(lambda: studio.workspace.library.memory().ready, "the index to be ready")
    studio.settle(1.0)
    studio.take("library-full", ALL)
    studio.take("library-full-small", (LIGHT,), size=SMALL)


def ask(studio: Studio) -> None:
    """Ask: ready, writing, answered with a source open, stopped, not in the documents, failed."""
    page = _ask_page(studio)
    studio.take("ask-ready", ALL)
    _send(studio, page, QUESTION)
    studio.until(lambda: page.dialogue.session.live is None or page.dialogue.session.live.text, "the first words")
    studio.take("ask-busy", (LIGHT,))
    _finish(studio, page)
    _open_first_source(studio, page.conversation.views)
    studio.take("ask-source", ALL)
    studio.take("ask-source-small", (LIGHT,), size=SMALL)
    studio.take("ask-source-wide", (LIGHT,), size=(2560, 1200))
    studio.frame.close_panel()
    _send(studio, page, FOLLOW_UP)
    _finish(studio, page)
    studio.take("ask-full", ALL)
    _stopped_and_unanswerable(studio)
    _failed(studio)


def locked(studio: Studio) -> None:
    """Lock, and unlock with a wrong passphrase."""
    studio.desktop.lock()
    page = _start_page(studio, UnlockPage)
    studio.until(page.button.isEnabled, "the workspace to be locked")
    studio.take("unlock-empty", ALL)
    studio.type(page.field, "river stone lantern")
    page.button.click()
    studio.settle(0.1)
    studio.until(page.button.isEnabled, "the passphrase to be tried")
    studio.take("unlock-failed")


def _stopped_and_unanswerable(studio: Studio) -> None:
    page = _ask_page(studio)
    _send(studio, page, UNANSWERABLE)
    _finish(studio, page)
    studio.take("ask-not-found")
    page = _ask_page(studio)
    _send(studio, page, LONG_QUESTION)
    studio.until(lambda: page.dialogue.session.live is None or len(page.dialogue.session.live.text) > 40, "some words")
    page.dialogue.session.stop()
    _finish(studio, page)
    studio.take("ask-stopped", (LIGHT,))


def _failed(studio: Studio) -> None:
    """The child that answers is killed in the middle of an answer."""
    page = _ask_page(studio)
    _send(studio, page, LONG_QUESTION)
    studio.until(lambda: page.dialogue.session.live is None or page.dialogue.session.live.text, "the first words")
    for process in studio.workspace.processes():
        if process.role == "inference" and process.pid:
            os.kill(process.pid, signal.SIGKILL)
    _finish(studio, page)
    studio.take("ask-failed")


def _ask_page(studio: Studio) -> AskPage:
    page = studio.page("ask", NewQuestion())
    assert isinstance(page, AskPage)
    return page


def _send(studio: Studio, page: AskPage, question: str) -> None:
    page.composer.set_text(question)
    page.send()
    studio.settle(0.1)


def _finish(studio: Studio, page: AskPage) -> None:
    studio.until(lambda: page.dialogue.session.live is None, "the answer")
    studio.settle()


def _open_first_source(studio: Studio, views: list[TurnView]) -> None:
    answers = [(view, view.turn.answer) for view in views if view.turn is not None and view.turn.answer is not None]
    sources = [
        (view, source) for view, answer in answers for sentence in answer.sentences for source in sentence.sources
    ]
    if not sources:
        raise RuntimeError(f"no answer has a source: {[answer.text for _, answer in answers]}")
    view, source = next(((view, source) for view, source in sources if source.page is not None), sources[0])
    view.source_chosen.emit(source)
    studio.until(lambda: studio.frame.is_open, "the source to open")
    # The page is drawn in a child process.
    studio.settle(3.0)


def _start_page(studio: Studio, kind: type[P]) -> P:
    page = studio.desktop.window.centralWidget()
    assert isinstance(page, kind)
    studio.settle()
    return page
