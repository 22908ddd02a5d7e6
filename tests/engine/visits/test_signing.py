"""Signed notes: locked, added to, compared with their draft; what signing teaches and deletes."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from engine.errors import NotAllowed, UserError
from engine.people.permissions import emergency_actor
from engine.types import AuditKind, Permission, Role, SoundState, VisitState
from engine.vault.repositories.sound import SoundStore
from tests.engine.visits.conftest import PIECE, House


def signed(house: House) -> int:
    visit_id = house.noted()
    house.visits.sign(visit_id)
    return visit_id


def test_a_review_lists_what_is_still_marked_left_out_and_empty(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Amputate.")
    review = house.visits.review(visit_id)
    assert [(each.section, each.sentence.text) for each in review.marked] == [("plan", "Amputate.")]
    assert review.empty == ["Physical exam", "Results"]
    with pytest.raises(UserError, match="no note yet"):
        house.visits.review(house.visit())


def test_signing_says_who_when_which_version_and_what_wrote_the_draft(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Rest.")
    house.now = "2026-03-04T10:00:00Z"
    visit = house.visits.sign(visit_id)
    assert visit.info.state is VisitState.SIGNED
    assert (visit.info.signed_at, visit.info.signed_by) == ("2026-03-04T10:00:00Z", "Dr Reyes")
    assert (visit.signature.version, visit.signature.user_id) == (3, "id-Dr Reyes")
    assert "Take ibuprofen 400 mg." in visit.signature.drafted
    kind, subject, details = house.audit()[-1]
    assert (kind, subject) == (AuditKind.NOTE_SIGNED, f"visit:{visit_id}")
    assert json.loads(details) == {
        "version": 3, "what": "signed", "sections": 4, "marked": 1, "model": "ab" * 8, "prompt": "note-1",
    }  # fmt: skip


def test_nothing_of_a_signed_visit_can_be_changed(house: House) -> None:
    visit_id = signed(house)
    before = house.visits.get(visit_id)
    visits = house.visits
    acts = [
        lambda: visits.change(visit_id, patient="B"),
        lambda: visits.consent(visit_id),
        lambda: visits.paste(visit_id, "x"),
        lambda: visits.edit_utterance(visit_id, 1, text="x"),
        lambda: visits.swap_speakers(visit_id),
        lambda: visits.record(visit_id),
        lambda: visits.recover(visit_id),
        lambda: visits.import_sound(visit_id, house.folder / "x.wav"),
        lambda: visits.draft(visit_id),
        lambda: visits.edit_section(visit_id, "plan", "x"),
        lambda: visits.confirm(visit_id, "plan", "Take ibuprofen 400 mg."),
        lambda: visits.undo(visit_id),
        lambda: visits.redo(visit_id),
        lambda: visits.sign(visit_id),
    ]
    for act in acts:
        with pytest.raises(UserError, match="signed") as refused:
            act()
        assert "addendum" in refused.value.advice
    with pytest.raises(UserError, match="signed note stays"):
        visits.discard(visit_id)
    assert visits.get(visit_id) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE note_versions SET note = x'00' WHERE visit_id = ?",
        "DELETE FROM note_versions WHERE visit_id = ?",
        "INSERT INTO note_versions VALUES (?, 99, 0, 0, '', '', '', '', 0, x'00')",
        "UPDATE visits SET signature = '' WHERE id = ?",
        "DELETE FROM addenda WHERE visit_id = ?",
        "UPDATE addenda SET text = '' WHERE visit_id = ?",
        "DELETE FROM visits WHERE id = ?",
    ],
)
def test_the_vault_itself_keeps_a_signed_note(house: House, sql: str) -> None:
    visit_id = signed(house)
    house.visits.amend(visit_id, "More.")
    before = house.visits.get(visit_id)
    with pytest.raises(Exception, match=r"stay|kept"):
        house.database.transaction(lambda c: c.execute(sql, (visit_id,)))
    assert house.visits.get(visit_id) == before


def test_addenda_add_to_a_signed_note_only(house: House) -> None:
    visit_id = house.noted()
    with pytest.raises(UserError, match="not signed"):
        house.visits.amend(visit_id, "More.")
    house.visits.sign(visit_id)
    house.now = "2026-03-05T08:00:00Z"
    visit = house.visits.amend(visit_id, " The X-ray shows nothing. ")
    assert visit.info.state is VisitState.AMENDED
    assert [(each.name, each.at, each.text) for each in visit.addenda] == [
        ("Dr Reyes", house.now, "The X-ray shows nothing.")
    ]
    assert [each.id for each in house.visits.list()] == [visit_id]
    assert house.visits.text(visit_id).endswith("The X-ray shows nothing.")
    with pytest.raises(UserError, match="between 1 and"):
        house.visits.amend(visit_id, "  ")


def test_staff_may_write_but_not_sign(house: House) -> None:
    visits = house.sign_in("Sam", Role.STAFF)
    visit_id = visits.new().id
    visits.edit_section(visit_id, "plan", "Rest.")
    with pytest.raises(NotAllowed):
        visits.sign(visit_id)
    house.sign_in("Dr Reyes").sign(visit_id)
    with pytest.raises(NotAllowed):
        house.sign_in("Sam", Role.STAFF).amend(visit_id, "More.")
    assert not house.gate.allows(Permission.SIGN_NOTES)


def test_the_recovery_key_signs_nothing(house: House) -> None:
    visit_id = house.noted()
    house.gate.now(emergency_actor())
    with pytest.raises(UserError, match="by a person"):
        house.visits.sign(visit_id)


def test_an_empty_note_is_not_signed(house: House) -> None:
    visit_id = house.visit()
    with pytest.raises(UserError, match="no note to sign"):
        house.visits.sign(visit_id)
    house.visits.edit_section(visit_id, "plan", " ")
    with pytest.raises(UserError, match="no note to sign"):
        house.visits.sign(visit_id)


@pytest.mark.parametrize("keep", [True, False])
def test_the_recording_is_deleted_when_the_note_is_signed_unless_it_is_to_be_kept(house: House, keep: bool) -> None:
    house.policy = replace(house.policy, keep_sound=keep)
    visit_id = house.visit()
    house.visits.consent(visit_id)
    recording = house.visits.record(visit_id)
    house.listens.recorders[-1].hear("Patient", "It hurts.")
    recording.stop()
    house.visits.draft(visit_id)
    state = house.visits.sign(visit_id).info.sound
    kinds = [kind for kind, _subject, _details in house.audit()]
    assert state is (SoundState.KEPT if keep else SoundState.DELETED)
    assert SoundStore(house.database, visit_id).samples() == (1600 if keep else 0)
    assert (AuditKind.SOUND_DELETED in kinds) is not keep
    if keep:
        assert house.visits.sound(visit_id, 0, 1) == PIECE
        assert house.visits.delete_sound(visit_id).info.sound is SoundState.DELETED
    with pytest.raises(UserError, match="no recording"):
        house.visits.sound(visit_id, 0, 1)


def test_the_difference_is_between_the_last_draft_and_the_note(house: House) -> None:
    visit_id = house.noted()
    assert {kind for kind, _words in house.visits.difference(visit_id)} == {"same"}
    house.visits.edit_section(visit_id, "plan", "Take ibuprofen 200 mg.")
    expected = [
        ("same", "History of present illness\nLeft knee hurts.\n\nAssessment and plan\nTake ibuprofen "),
        ("removed", "400 "),
        ("added", "200 "),
        ("same", "mg."),
    ]
    assert house.visits.difference(visit_id) == expected
    house.visits.sign(visit_id)
    assert house.visits.difference(visit_id) == expected


def test_a_section_that_was_drafted_again_is_compared_with_that(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Rest.")
    house.writer.sections["history"] = "Knee hurts."
    house.visits.draft(visit_id, section="history")
    changed = [words for kind, words in house.visits.difference(visit_id) if kind != "same"]
    assert changed == ["Take ibuprofen 400 mg.", "Rest."]


def test_corrections_of_a_signed_note_become_examples_for_its_author_only(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Ibuprofen 400 mg b.d. for pain.")
    house.visits.sign(visit_id)
    (example,) = house.style.list("visit")
    assert (example.section, example.before) == ("plan", "Take ibuprofen 400 mg.")
    assert example.text == "Ibuprofen 400 mg b.d. for pain."
    house.style.save(replace(example, text="Ibuprofen b.d."))
    assert house.style.list()[0].text == "Ibuprofen b.d."
    house.sign_in("Dr Bell")
    assert house.style.list() == []
    with pytest.raises(UserError, match="not there any more"):
        house.style.save(example)
    house.style.clear()
    house.sign_in("Dr Reyes")
    house.style.remove(example.id)
    assert house.style.list() == []


def test_of_each_section_only_the_newest_examples_are_kept(house: House) -> None:
    for number in range(5):
        visit_id = house.noted()
        house.visits.edit_section(visit_id, "plan", f"The plan of visit number {number}.")
        house.visits.sign(visit_id)
    assert [each.text[-2] for each in house.style.list()] == ["4", "3", "2"]


def test_only_the_words_are_copied(house: House) -> None:
    visit_id = house.noted()
    assert house.visits.text(visit_id, "plan") == "Take ibuprofen 400 mg."
    assert house.visits.text(visit_id) == (
        "History of present illness\nLeft knee hurts.\n\nAssessment and plan\nTake ibuprofen 400 mg."
    )
    with pytest.raises(UserError, match="no note yet"):
        house.visits.text(house.visit())
