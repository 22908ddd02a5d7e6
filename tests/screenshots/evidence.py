"""Answers with marks: an error found, its proof, the problems alone, nothing supported, and Why?.

The real answer to a real question, with an error planted and checked again by the real checker: a model does not
write the same error twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.context import NewQuestion
from app.dialogs.why import WhyDialog
from app.views.ask import AskPage
from engine.assistant.checking import AnswerCheck
from engine.evidence.lexicons import load_lexicons
from engine.evidence.sentences import split_sentences
from tests.screenshots.studio import ALL, BOTH, LIGHT

if TYPE_CHECKING:
    from app.views.ask.turn import TurnView
    from engine.types import Answer, Turn
    from tests.screenshots.studio import Studio

QUESTION = "How is anaphylaxis in adults treated with epinephrine?"
WRITTEN = (
    "The adult dose is 5 mg (0.5 mL). Use a 38 mm needle when the patient weighs more than 90 kg.\n\n"
    "- Never give the 0.1 mg/mL cardiac-arrest strength by intramuscular injection.\n"
    "- Give 40 units of insulin glargine at bedtime for two weeks.\n"
)
SETTING = "What is the first dose of epinephrine for anaphylaxis in a patient with gout?"
BESIDE = "What dose of warfarin is given in gout?"
UNSUPPORTED = "Amiodarone 300 mg is given first. Then 40 units of insulin glargine follow at bedtime."


def evidence(studio: Studio) -> None:
    """Ask, plant, and look at every state of a checked answer."""
    page = studio.page("ask", NewQuestion())
    assert isinstance(page, AskPage)
    _ask(studio, page, QUESTION)
    view = page.conversation.views[-1]
    turn = view.turn
    if turn is None or turn.answer is None:
        raise RuntimeError("the question was not answered")
    _show(studio, view, turn, WRITTEN)
    studio.take("evidence-marks", ALL)
    for key in ("F8", "Return"):
        QTest.keySequence(QApplication.focusWidget() or page, QKeySequence(key))
        studio.settle()
    studio.until(lambda: studio.frame.is_open, "the proof to open")
    # The page is drawn in a child process.
    studio.settle(3.0)
    studio.take("evidence-proof", ALL)
    studio.frame.close_panel()
    view.summary.filter_button.click()
    studio.take("evidence-problems", BOTH)
    view.summary.filter_button.click()
    _show(studio, view, turn, UNSUPPORTED)
    studio.take("evidence-unsupported", BOTH)
    _why(studio, view)
    for name, question in (("setting", SETTING), ("beside", BESIDE)):
        _ask(studio, page, question)
        studio.take(f"evidence-{name}", ALL)


def _ask(studio: Studio, page: AskPage, question: str) -> None:
    page.activate(NewQuestion())
    page.composer.set_text(question)
    page.send()
    studio.until(lambda: page.dialogue.session.live is None and page.conversation.views, "the answer")
    studio.settle()


def _show(studio: Studio, view: TurnView, turn: Turn, text: str) -> None:
    assert turn.answer is not None
    view.show_turn(structs.replace(turn, answer=checked(turn.answer, text)), last=True)
    studio.settle()


def checked(answer: Answer, text: str) -> Answer:
    """The answer with other words, held against the passages that it was given."""
    pages = {(hit.passage.document_id): hit.passage.page for hit in answer.hits}
    check = AnswerCheck(answer.hits, lambda document, _offset: pages.get(document), load_lexicons())
    return structs.replace(answer, text=text, answered=True, sentences=[check(span) for span in split_sentences(text)])


def _why(studio: Studio, view: TurnView) -> None:
    view.why_chosen.emit()
    studio.until(lambda: isinstance(QApplication.activeModalWidget(), WhyDialog), "the dialog to open")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, WhyDialog)
    studio.settle()
    for place, name in enumerate(("facts", "passages", "prompt")):
        dialog.tabs.setCurrentIndex(place)
        studio.take(f"why-{name}", ALL if name == "facts" else (LIGHT,), widget=dialog)
    dialog.tabs.setCurrentIndex(0)
    dialog.replay_button.click()
    studio.until(dialog.replay_button.isEnabled, "the answer to be written again")
    studio.take("why-replayed", (LIGHT,), widget=dialog)
    dialog.close()
    studio.settle()
