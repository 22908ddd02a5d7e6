"""Beside the visit itself: templates, style, versions, what was changed, saving, printing, discarding."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.context import OpenTemplates, OpenVisit
from app.views.visits import more_menu
from app.views.visits.printing import page_html
from app.views.visits.versions import difference_html
from engine.exports import Protection
from engine.people.permissions import actor_of
from engine.types import NoteFormat, Role, SoundState, Transcript, VisitState
from tests.app.fakes_visits import drafted, spoken_words

NOTE = "History:\nSwollen knee.\nPlan:\nRest.\n"


@pytest.fixture
def visit(page, workspace, settled) -> int:
    visits = workspace.visits
    number = visits.new(patient="Ana Diaz").id
    visits.put(number, transcript=Transcript(spoken_words(), seconds=20.0), sound=SoundState.KEPT)
    visits.put(number, note=drafted(), version=2)
    page.activate(OpenVisit(number))
    settled()
    return number


def words_of(menu) -> list[str]:
    return [action.text().partition("\t")[0] for action in menu.actions() if action.text()]


def test_a_template_is_changed_saved_and_put_back_as_it_came(page, workspace, settled):
    page.activate(OpenTemplates())
    settled()
    editor = page.front.workshop.templates
    assert editor.sheet.title.text() == "Visit"
    assert not editor.save_button.isEnabled()
    editor.sheet.sections[0].instruction.setPlainText("Onset, course, what makes it better.")
    assert editor.save_button.isEnabled()
    editor.sheet.sections[0].moved.emit(1)
    editor.save_button.click()
    settled()
    stored = workspace.templates.entries["visit"]
    assert [each.key for each in stored.sections] == ["plan", "history"]
    assert stored.sections[1].instruction.startswith("Onset")
    assert editor.reset_button.isVisible()
    editor.reset_button.click()
    settled()
    assert [each.section().key for each in editor.sheet.sections] == ["history", "plan"]


def test_a_template_is_made_from_an_example_note(page, workspace, settled):
    page.activate(OpenTemplates())
    settled()
    editor = page.front.workshop.templates
    editor.example_button.click()
    assert not editor.sheet.example.make_button.isEnabled()
    editor.sheet.example.name.setText("Knee visit")
    editor.sheet.example.text.setPlainText(NOTE)
    editor.sheet.example.make_button.click()
    settled()
    assert [each.title.text() for each in editor.sheet.sections] == ["History", "Plan"]
    editor.sheet.add_button.click()
    editor.sheet.sections[-1].title.setText("Follow-up")
    editor.save_button.click()
    settled()
    own = next(each for each in workspace.templates.entries.values() if each.title == "Knee visit")
    assert [each.key for each in own.sections] == ["history", "plan", "follow_up"]
    page.escape()
    settled()
    assert page.view.template.findData(own.id) >= 0


def test_who_may_not_change_templates_may_read_them(page, workspace, context, settled):
    workspace.person.actor = actor_of("u2", "Kim", Role.STAFF)
    page.activate(OpenTemplates())
    settled()
    editor = page.front.workshop.templates
    assert not editor.save_button.isVisible()
    assert editor.sheet.title.isReadOnly()
    assert "Your role" in editor.hint.text()


def test_examples_of_style_are_seen_changed_and_erased(page, workspace, recorder, settled):
    page.activate(OpenTemplates(style=True))
    settled()
    style = page.front.workshop.style_view
    assert len(style.cards) == 2
    style.cards[2].text.setPlainText("Stop ibuprofen; see on Friday.")
    style.cards[2].save.click()
    settled()
    assert workspace.style.entries[1].text == "Stop ibuprofen; see on Friday."
    style.cards[1].erase.click()
    settled()
    assert [each.id for each in workspace.style.entries] == [2]
    assert recorder.undo is not None


def test_the_menu_fits_the_visit(page, workspace, visit, settled):
    assert "Discard the visit" in words_of(page.more.menu())
    workspace.visits.put(visit, state=VisitState.DISCARDED)
    settled()
    page.activate(OpenVisit(visit))
    settled()
    words = words_of(page.more.menu())
    assert "Take it back" in words
    assert "Write the whole note anew" not in words


def test_a_note_is_saved_encrypted_or_with_a_reason(page, workspace, visit, tmp_path, monkeypatch, recorder, settled):
    asked = []

    def answer(_context, _title, suggested, neutral, _parent):
        asked.append((suggested, neutral))
        return tmp_path / "note.zip", Protection(passphrase="river stone lantern")

    monkeypatch.setattr(more_menu, "asked_export", answer)
    page.more.export(NoteFormat.FHIR)
    settled()
    assert asked == [(f"visit-{visit}.json", f"visit-{visit}")]
    assert workspace.visits.exported == [
        (NoteFormat.FHIR, tmp_path / "note.zip", Protection(passphrase="river stone lantern"))
    ]
    assert recorder.toasts == ["Saved “note.zip”."]


def test_versions_and_differences_are_shown_beside_the_note(page, visit, recorder, qtbot, settled):
    page.more.show_versions()
    versions = recorder.panel
    qtbot.addWidget(versions)
    settled()
    assert versions.list.count() == 2
    assert "Left knee swollen" in versions.text.toPlainText()
    page.more.show_difference()
    difference = recorder.panel
    qtbot.addWidget(difference)
    settled()
    assert "for three days" in difference.text.toPlainText()


def test_what_was_changed_is_marked_by_shape_too():
    html = difference_html([("same", "Knee <b>"), ("removed", "two"), ("added", "three")], lambda role: role)
    assert "line-through" in html
    assert "underline" in html
    assert "<b>" not in html


def test_a_draft_on_paper_says_that_it_is_one(workspace, visit):
    visit = workspace.visits.get(visit)
    assert page_html(visit, "Plan\nRest <now>").count("Not signed: a draft") == 2
    assert "&lt;now&gt;" in page_html(visit, "Rest <now>")


def test_a_discarded_visit_can_be_taken_back_at_once(page, workspace, visit, recorder, settled):
    page.more.discard()
    settled()
    assert workspace.visits.store[visit].info.state is VisitState.DISCARDED
    recorder.undo()
    settled()
    assert workspace.visits.store[visit].info.state is VisitState.DRAFT


def test_a_recording_is_deleted_only_after_asking(page, workspace, visit, monkeypatch, settled):
    answers = [False, True]
    monkeypatch.setattr(more_menu, "confirmed", lambda *_words: answers.pop(0))
    page.more.delete_sound()
    settled()
    assert workspace.visits.store[visit].info.sound is SoundState.KEPT
    page.more.delete_sound()
    settled()
    assert workspace.visits.store[visit].info.sound is SoundState.DELETED


def test_no_printer_is_told(page, visit, recorder, settled, monkeypatch):
    from app.views.visits import printing

    monkeypatch.setattr(printing.QPrinterInfo, "availablePrinterNames", staticmethod(list))
    page.more.print()
    settled()
    settled()
    assert "no printer" in recorder.toasts[-1]
    assert QApplication.activeModalWidget() is None
