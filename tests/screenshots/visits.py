"""A visit from the first word to the signature: a sound file is the microphone, all else is the real program."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.context import OpenTemplates
from app.views.visits import VisitsPage
from app.widgets.dictation_sign import DictationSign
from engine.types import VisitState
from tests.fixtures.sound.microphone import write_microphone_file
from tests.screenshots.studio import ALL, BOTH, LIGHT

if TYPE_CHECKING:
    from tests.screenshots.studio import Studio

SMALL = (1024, 700)
_SPEED = "4"
_PASTED = """Doctor: What brings you here today?
Patient: My left knee has been swollen for three days. I take ibuprofen 400 mg twice a day.
Doctor: We will stop the ibuprofen, and I see you again on Friday.
"""


def plug_in_microphone(scratch: Path) -> None:
    """Before the workspace is opened: sound comes from the file of the tests."""
    os.environ["CHARTSIDE_MICROPHONE_FILE"] = str(write_microphone_file(scratch / "consultation.wav"))
    os.environ["CHARTSIDE_MICROPHONE_SPEED"] = _SPEED


def visits(studio: Studio) -> None:
    """Every state of a visit, and the workshop."""
    page = _page(studio)
    page.start_new()
    studio.until(page.view.isVisible, "the new visit")
    studio.settle()
    studio.take("visits-new", ALL)
    studio.take("visits-new-small", (LIGHT,), size=SMALL)
    _record(studio, page)
    _write(studio, page)
    _sign(studio, page)
    _workshop(studio, page)


def _page(studio: Studio) -> VisitsPage:
    page = studio.page("visits")
    assert isinstance(page, VisitsPage)
    return page


def _press(studio: Studio, keys: str) -> None:
    QTest.keySequence(QApplication.focusWidget() or studio.desktop.window, QKeySequence(keys))
    studio.settle()


def _record(studio: Studio, page: VisitsPage) -> None:
    view, recording = page.view, page.consultation.recording
    view.patient.setText("Ana Diaz")
    view.named.emit("Ana Diaz")
    view.recorder.main.click()
    studio.take("visits-consent", BOTH)
    view.consent.spoken.click()
    studio.until(lambda: view.transcript.model.rowCount() > 1, "the first words")
    studio.take("visits-recording", (LIGHT,))
    recording.toggle()
    studio.until(lambda: view.recorder.state.text() == "Paused", "the pause")
    studio.take("visits-paused", ALL)
    recording.toggle()
    studio.until(lambda: recording.latest.seconds > 39, "the end of the consultation")
    studio.take("visits-recording-long", ALL)
    recording.finish()
    studio.until(lambda: not recording.active, "the transcript")
    studio.settle()
    studio.take("visits-transcript", BOTH)
    sign = DictationSign(studio.desktop.theme, view.patient)
    sign.show_listening("amoxicillin 500 mg three times a day", 0.2)
    studio.take("visits-dictation", BOTH)
    sign.hide()
    sign.deleteLater()


def _correct(studio: Studio, page: VisitsPage) -> None:
    """The small speech model mishears the drug, and marks it; a person writes what was said."""
    visits = studio.workspace.visits
    for said in page.view.transcript.model.utterances:
        right = re.sub(r"prescribe [^,\d]+?,? (?=500|five hundred)", "prescribe azithromycin, ", said.text)
        if right != said.text:
            page.consultation.act(lambda visit, at=said.id, text=right: visits.edit_utterance(visit, at, text=text))
    studio.settle(1.0)


def _write(studio: Studio, page: VisitsPage) -> None:
    work, visit_id = page.consultation.work, page.consultation.visit_id
    _correct(studio, page)
    page.desk.acts.draft()
    studio.until(lambda: any(view.editor.text for view in page.view.note.sections.values()), "the first words")
    studio.take("visits-writing", (LIGHT,))
    studio.until(lambda: not work.busy(visit_id), "the note")
    studio.settle()
    studio.take("visits-note", ALL)
    studio.take("visits-note-small", (LIGHT,), size=SMALL)
    _press(studio, "F8")
    studio.take("visits-proof", ALL)
    studio.take("visits-proof-small", (LIGHT,), size=SMALL)
    page.escape()


def _sign(studio: Studio, page: VisitsPage) -> None:
    page.desk.acts.review()
    studio.until(page.view.note.review.isVisible, "the review")
    studio.take("visits-review", BOTH)
    page.view.note.review.sign.click()
    studio.until(
        lambda: page.consultation.visit is not None and page.consultation.visit.info.state is VisitState.SIGNED,
        "the signature",
    )
    studio.settle()
    studio.take("visits-signed", BOTH)
    page.more.show_difference()
    studio.settle()
    studio.take("visits-difference", (LIGHT,))
    studio.frame.close_panel()
    page.start_new()
    studio.until(lambda: page.consultation.visit is not None and not page.consultation.visit.note, "a new visit")
    page.desk.acts.paste(_PASTED)
    studio.until(lambda: page.view.transcript.model.rowCount() == 3, "the pasted words")
    studio.take("visits-pasted", (LIGHT,))


def _workshop(studio: Studio, page: VisitsPage) -> None:
    page.activate(OpenTemplates())
    studio.settle(1.0)
    studio.take("visits-templates", ALL)
    studio.take("visits-templates-small", (LIGHT,), size=SMALL)
    page.activate(OpenTemplates(style=True))
    studio.settle(1.0)
    studio.take("visits-style", (LIGHT,))
    page.escape()
