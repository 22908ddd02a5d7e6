"""A whole visit in the real window with the real engine: a sound file is the microphone, all else is as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.visits import VisitsPage
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import AuditFilter, AuditKind, SoundState, VisitState
from engine.workspace import Workspace
from tests.fixtures.sound import SECONDS
from tests.fixtures.sound.microphone import write_microphone_file

from .conftest import CHAT_MODEL, PASSPHRASE, SHORT
from .person import CONTROL, Person, started

pytestmark = [pytest.mark.model, pytest.mark.slow]

K = Qt.Key


class Clinician(Person):
    """Talks to a patient, on the Visits page."""

    @property
    def page(self) -> VisitsPage:
        page = self.frame.page
        assert isinstance(page, VisitsPage)
        return page


@pytest.fixture
def clinician(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinician]:
    spoken = write_microphone_file(tmp_path / "consultation.wav")
    monkeypatch.setenv("CHARTSIDE_MICROPHONE_FILE", str(spoken))
    monkeypatch.setenv("CHARTSIDE_MICROPHONE_SPEED", "6")
    paths = Paths(data=tmp_path / "data", models=models_dir)
    Workspace.create(paths, PASSPHRASE, name="Dr Reyes").close()
    SettingsStore(paths.settings_file).update(
        lambda settings: structs.replace(settings, model_id=CHAT_MODEL, assistant=SHORT)
    )
    with started(Clinician, qapp, qtbot, paths) as made:
        made.type(PASSPHRASE)
        made.key(K.Key_Return)
        made.until(lambda: made.desktop.window.frame is not None)
        yield made


def test_a_visit_from_the_first_word_to_the_signature(clinician: Clinician) -> None:
    clinician.key(K.Key_2, CONTROL)
    page, frame = clinician.page, clinician.frame
    clinician.key(K.Key_N, CONTROL)
    clinician.until(page.view.patient.hasFocus)
    clinician.type("Ana Diaz")
    record(clinician)
    visit_id = page.consultation.visit_id
    assert visit_id is not None

    clinician.key(K.Key_3, CONTROL)
    assert frame.page is not page
    assert frame.status_bar.recording.isVisible()
    clinician.key(K.Key_2, CONTROL)
    clinician.until(lambda: page.consultation.recording.latest.seconds >= SECONDS - 0.5)
    clinician.key(K.Key_E, CONTROL)
    clinician.until(lambda: not page.consultation.recording.active)
    visit = clinician.workspace.visits.get(visit_id)
    said = " ".join(each.text for each in visit.transcript.utterances).casefold()
    assert visit.info.sound is SoundState.KEPT
    assert visit.info.patient == "Ana Diaz"
    assert visit.info.seconds >= SECONDS - 0.5
    assert "penicillin" in said, said
    assert len({each.speaker for each in visit.transcript.utterances}) >= 1
    assert len(visit.transcript.marks) == 1
    clinician.see("visit-transcribed")

    write_and_edit(clinician, visit_id)
    sign(clinician, visit_id)


def record(clinician: Clinician) -> None:
    """Consent, then the recording; something that was said is seen before it ends."""
    page = clinician.page
    clinician.key(K.Key_R, CONTROL)
    clinician.until(page.view.consent.isVisible, timeout=10_000)
    assert QApplication.focusWidget() is page.view.consent.spoken
    clinician.key(K.Key_Space)
    clinician.until(lambda: page.consultation.recording.listening and page.consultation.recording.latest.seconds > 1)
    clinician.key(K.Key_M, CONTROL)
    clinician.until(lambda: page.view.transcript.model.rowCount() > 0)
    assert page.view.recorder.state.text() == "● Recording"
    clinician.see("visit-recording")


def write_and_edit(clinician: Clinician, visit_id: int) -> None:
    page, visits = clinician.page, clinician.workspace.visits
    clinician.key(K.Key_D, CONTROL)
    clinician.until(lambda: page.consultation.work.busy(visit_id))
    clinician.until(lambda: not page.consultation.work.busy(visit_id))
    clinician.until(lambda: page.consultation.visit is not None and page.consultation.visit.note is not None)
    assert clinician.frame.notices.current is None
    clinician.see("visit-note")
    note = visits.get(visit_id).note
    assert note is not None
    text = " ".join(section.text for section in note.sections).casefold()
    assert any(word in text for word in ("throat", "fever", "swallow", "tonsil")), text
    clinician.key(K.Key_F8)
    clinician.see("visit-problem")

    section = list(page.view.note.sections.values())[-1]
    section.editor.setFocus()
    section.editor.moveCursor(section.editor.textCursor().MoveOperation.End)
    before = visits.get(visit_id).version
    clinician.type(" Return in one week.")
    clinician.until(lambda: visits.get(visit_id).version > before)
    clinician.until(lambda: not page.consultation.calls.busy)
    stored = visits.get(visit_id).note
    assert stored is not None
    assert stored.sections[-1].text.endswith("Return in one week.")


def sign(clinician: Clinician, visit_id: int) -> None:
    page, visits = clinician.page, clinician.workspace.visits
    clinician.key(K.Key_Return, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    clinician.until(page.view.note.review.isVisible)
    clinician.see("visit-review")
    page.view.note.review.sign.setFocus()
    clinician.key(K.Key_Space)
    clinician.until(lambda: visits.get(visit_id).info.state is VisitState.SIGNED)
    clinician.until(page.view.note.signed.words.isVisible)
    signed = visits.get(visit_id)
    assert signed.signature is not None
    assert signed.signature.name == "Dr Reyes"
    assert signed.info.sound is SoundState.DELETED, "the policy does not keep sound"
    assert all(view.editor.isReadOnly() for view in page.view.note.sections.values())
    clinician.see("visit-signed")
    kinds = {entry.kind for entry in clinician.workspace.audit.entries(AuditFilter())}
    assert {AuditKind.CONSENT, AuditKind.RECORDING, AuditKind.NOTE_DRAFTED, AuditKind.NOTE_SIGNED} <= kinds
