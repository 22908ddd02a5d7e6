"""Notes of visits: drafted, stopped, killed, edited, decided about, undone."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from engine.cancellation import CancelToken
from engine.errors import ModelMissing, NotAllowed, UserError
from engine.types import (
    DraftEvent,
    Note,
    NoteOmission,
    OmissionKind,
    RemovedSentence,
    Role,
    SaidAt,
    StyleExample,
    Topic,
    Verdict,
)
from tests.engine.visits.conftest import MODEL, House


def text_of(note: Note | None, key: str) -> str:
    assert note is not None
    return next(each.text for each in note.sections if each.key == key)


def test_a_draft_is_a_version_of_the_note_with_what_wrote_it(house: House) -> None:
    visit_id = house.visit()
    events: list[DraftEvent] = []
    visit = house.visits.draft(visit_id, on_event=events.append)
    assert text_of(visit.note, "history") == "Left knee hurts."
    assert (visit.version, visit.note.model, visit.note.prompt_version) == (1, MODEL, "note-1")
    assert [each.what for each in house.visits.versions(visit_id)] == ["draft"]
    assert len(events) == 3
    assert not visit.undoable
    assert Topic.VISITS in {change.topic for change in house.changes if change.ids == [visit_id]}


def test_nothing_said_is_nothing_to_write(house: House) -> None:
    with pytest.raises(UserError, match="Nothing was said"):
        house.visits.draft(house.visits.new().id)


def test_what_was_written_before_a_draft_is_stopped_is_kept(house: House) -> None:
    visit_id, cancel = house.visit(), CancelToken()
    house.writer.during = lambda _key: cancel.cancel()
    visit = house.visits.draft(visit_id, cancel=cancel)
    assert text_of(visit.note, "history") == "Left knee hurts."
    assert text_of(visit.note, "plan") == ""
    assert [each.what for each in house.visits.versions(visit_id)] == ["draft, stopped"]


def test_a_draft_that_fails_keeps_what_was_written_and_says_why(house: House) -> None:
    visit_id = house.visit()

    def fail(_key: str) -> None:
        raise ModelMissing("No model.")

    house.writer.during = fail
    with pytest.raises(ModelMissing):
        house.visits.draft(visit_id)
    assert text_of(house.visits.get(visit_id).note, "history") == "Left knee hurts."
    house.writer.during = lambda _key: None
    assert house.visits.draft(visit_id).version == 2, "the visit is not busy any more"


def test_a_draft_stopped_before_its_first_word_leaves_no_version(house: House) -> None:
    visit_id, cancel = house.visit(), CancelToken()
    house.writer.sections = {"history": " "}
    house.writer.during = lambda _key: cancel.cancel()
    assert house.visits.draft(visit_id, cancel=cancel).note is None


def test_what_a_draft_had_written_when_the_program_was_killed_is_there_at_the_next_start(house: House) -> None:
    visit_id = house.visit()
    seen: list[str] = []

    def close(_key: str) -> None:
        house.database.close()  # nothing can be stored from here on, as after a kill

    house.writer.during = close
    with pytest.raises(UserError):
        house.visits.draft(visit_id)
    visits = house.open()
    visit = visits.get(visit_id)
    seen = [each.what for each in visits.versions(visit_id)]
    assert text_of(visit.note, "history") == "Left knee hurts."
    assert seen == ["draft, stopped"]
    house.writer.during = lambda _key: None
    assert text_of(visits.draft(visit_id).note, "plan") == "Take ibuprofen 400 mg."


def test_nobody_else_changes_a_note_while_it_is_written(house: House) -> None:
    visit_id = house.noted()
    refused: list[str] = []

    def try_to_change(_key: str) -> None:
        for act in (
            lambda: house.visits.edit_section(visit_id, "plan", "Rest."),
            lambda: house.visits.draft(visit_id),
            lambda: house.visits.sign(visit_id),
            lambda: house.visits.discard(visit_id),
            lambda: house.visits.undo(visit_id),
        ):
            with pytest.raises(UserError, match="being written") as error:
                act()
            refused.append(error.value.advice)

    house.writer.during = try_to_change
    house.visits.draft(visit_id)
    assert len(refused) == 10
    assert all(refused)


def test_one_section_is_written_anew_and_the_rest_stays(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Rest.")
    house.writer.sections["history"] = "Knee pain."
    visit = house.visits.draft(visit_id, section="history", instruction="shorter")
    assert (text_of(visit.note, "history"), text_of(visit.note, "plan")) == ("Knee pain.", "Rest.")
    assert house.writer.instructions[-1] == "shorter"
    assert [each.what for each in house.visits.versions(visit_id)] == ["section drafted", "edit", "draft"]
    with pytest.raises(UserError, match="not in the note"):
        house.visits.draft(visit_id, section="nowhere")


def test_a_new_draft_begins_anew_but_what_it_does_not_reach_stays(house: House) -> None:
    visit_id, cancel = house.noted(), CancelToken()
    house.visits.edit_section(visit_id, "plan", "Rest.")
    house.writer.during = lambda _key: cancel.cancel()
    assert text_of(house.visits.draft(visit_id, cancel=cancel).note, "plan") == "Rest."


def test_typing_is_stored_at_once_and_checked(house: House) -> None:
    visit_id = house.noted()
    section = house.visits.edit_section(visit_id, "plan", "Take ibuprofen 400 mg. Amputate.")
    assert [each.verdict for each in section.sentences] == [Verdict.SUPPORTED, Verdict.NOT_FOUND]
    assert house.visits.list()[0].problems == 1


def test_typing_into_one_section_is_one_step_back_until_there_is_a_break(house: House) -> None:
    visit_id = house.noted()
    for second, text in enumerate(["R", "Re", "Rest."]):
        house.now = f"2026-03-04T09:00:1{second}Z"
        house.visits.edit_section(visit_id, "plan", text)
    house.now = "2026-03-04T09:05:00Z"
    house.visits.edit_section(visit_id, "plan", "Rest. Ice.")
    house.visits.edit_section(visit_id, "history", "Knee.")
    assert [each.what for each in house.visits.versions(visit_id)] == ["edit", "edit", "edit", "draft"]
    assert text_of(house.visits.undo(visit_id).note, "history") == "Left knee hurts."
    assert text_of(house.visits.undo(visit_id).note, "plan") == "Rest."
    assert text_of(house.visits.undo(visit_id).note, "plan") == "Take ibuprofen 400 mg."
    assert house.visits.undo(visit_id) is None


def test_undo_and_redo_go_along_what_was_done_last(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "plan", "Rest.")
    visit = house.visits.undo(visit_id)
    assert (visit.version, visit.undoable, visit.redoable) == (1, False, True)
    house.visits.edit_section(visit_id, "plan", "Walk.")
    assert house.visits.redo(visit_id) is None
    assert house.visits.undo(visit_id).version == 1
    visit = house.visits.redo(visit_id)
    assert text_of(visit.note, "plan") == "Walk."
    assert text_of(house.visits.version(visit_id, 2), "plan") == "Rest.", "nothing that was stored is lost"
    with pytest.raises(UserError, match="no version 9"):
        house.visits.version(visit_id, 9)


def test_typed_text_is_kept_though_the_check_fails(house: House) -> None:
    visit_id = house.noted()
    house.writer.fails_to_check = UserError("no")
    section = house.visits.edit_section(visit_id, "plan", "Take ibuprofen 400 mg. Rest.")
    assert section.text == "Take ibuprofen 400 mg. Rest."
    assert [each.text for each in section.sentences] == ["Take ibuprofen 400 mg."]
    house.writer.fails_to_check = ValueError("a defect")
    with pytest.raises(ValueError, match="defect"):
        house.visits.edit_section(visit_id, "plan", "Walk.")
    assert text_of(house.visits.get(visit_id).note, "plan") == "Walk."


def test_a_note_can_be_written_by_hand_alone(house: House) -> None:
    visit_id = house.visit(said="")
    house.visits.edit_section(visit_id, "history", "Knee.")
    assert house.visits.get(visit_id).note.model is None
    with pytest.raises(UserError, match="not in the note"):
        house.visits.edit_section(visit_id, "nowhere", "Knee.")
    with pytest.raises(UserError, match="longer"):
        house.visits.edit_section(visit_id, "history", "a" * 60_000)


def test_a_confirmed_sentence_is_not_marked_and_stays_so_while_its_words_stay(house: House) -> None:
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "exam", "Swelling seen.")
    visit = house.visits.confirm(visit_id, "exam", "Swelling seen.")
    assert visit.info.problems == 0
    house.visits.edit_section(visit_id, "exam", "Warm. Swelling seen.")
    assert house.visits.list()[0].problems == 1, "the new sentence alone"
    assert house.visits.confirm(visit_id, "exam", "Swelling seen.", confirmed=False).info.problems == 2
    with pytest.raises(UserError, match="not in the note any more"):
        house.visits.confirm(visit_id, "exam", "Never written.")


def with_lists(house: House, visit_id: int) -> None:
    """Give the note something that was left out and something that was removed."""
    said = SaidAt(2, "Patient", "my left knee hurts", 8, 26)
    omission = NoteOmission(OmissionKind.FINDING, "fever", said, "history", "No fever.")
    removed = RemovedSentence("plan", "Amputate.", Verdict.NOT_FOUND)
    draft = house.writer.draft
    house.writer.draft = lambda *args, **named: replace(draft(*args, **named), omissions=[omission], removed=[removed])
    house.visits.draft(visit_id)


def test_what_was_left_out_is_put_in_or_left_out_for_good(house: House) -> None:
    visit_id = house.visit()
    with_lists(house, visit_id)
    visit = house.visits.dismiss_omission(visit_id, 0)
    assert visit.note.omissions[0].dismissed
    assert house.visits.review(visit_id).omissions == 0
    assert not house.visits.dismiss_omission(visit_id, 0, dismissed=False).note.omissions[0].dismissed
    visit = house.visits.insert_omission(visit_id, 0)
    assert text_of(visit.note, "history") == "Left knee hurts. No fever."
    assert visit.note.omissions == []
    assert len(house.visits.undo(visit_id).note.omissions) == 1
    house.visits.redo(visit_id)
    with pytest.raises(UserError, match="not in the list"):
        house.visits.insert_omission(visit_id, 0)


def test_what_was_decided_stays_decided_in_the_next_draft(house: House) -> None:
    visit_id = house.visit()
    with_lists(house, visit_id)
    house.visits.dismiss_omission(visit_id, 0)
    house.writer.sections["plan"] = "Amputate."
    house.visits.draft(visit_id)
    house.visits.confirm(visit_id, "plan", "Amputate.")
    visit = house.visits.draft(visit_id)
    assert visit.note.omissions[0].dismissed
    assert visit.info.problems == 0


def test_a_removed_sentence_comes_back_marked(house: House) -> None:
    visit_id = house.visit()
    with_lists(house, visit_id)
    visit = house.visits.restore_removed(visit_id, 0)
    assert text_of(visit.note, "plan") == "Take ibuprofen 400 mg. Amputate."
    assert visit.note.removed == []
    assert [each.sentence.text for each in house.visits.review(visit_id).marked] == ["Amputate."]


def test_what_is_put_into_a_list_is_a_line_of_it(house: House) -> None:
    visit_id = house.visit()
    with_lists(house, visit_id)
    house.visits.edit_section(visit_id, "history", "- Left knee hurts.\n- Take ibuprofen.\n")
    house.visits.edit_section(visit_id, "plan", "")
    assert text_of(house.visits.insert_omission(visit_id, 0).note, "history").endswith("ibuprofen.\n- No fever.")
    assert text_of(house.visits.restore_removed(visit_id, 0).note, "plan") == "Amputate."


def test_a_changed_transcript_is_what_the_note_is_checked_against(house: House) -> None:
    visit_id = house.noted()
    assert house.visits.list()[0].problems == 0
    visit = house.visits.edit_utterance(visit_id, 2, text="No, but my right elbow hurts.")
    assert visit.info.problems == 1
    assert visit.version == 1, "nobody changed the note"
    house.visits.edit_section(visit_id, "history", "Right elbow hurts.")
    assert house.visits.undo(visit_id).info.problems == 1


def test_the_authors_own_examples_go_into_the_prompt(house: House) -> None:
    house.style.save(StyleExample(0, "visit", "plan", "Ibuprofen b.d."))
    house.style.save(StyleExample(0, "soap", "plan", "Elsewhere."))
    house.noted()
    assert [each.text for each in house.writer.style] == ["Ibuprofen b.d."]
    house.sign_in("Dr Bell")
    house.noted()
    assert house.writer.style == []


@pytest.mark.parametrize("role", [Role.READER])
def test_who_may_not_write_changes_nothing(house: House, role: Role) -> None:
    visit_id = house.noted()
    visits = house.sign_in("A reader", role)
    before = visits.get(visit_id)
    acts = [
        visits.new,
        lambda: visits.change(visit_id, patient="B"),
        lambda: visits.consent(visit_id),
        lambda: visits.paste(visit_id, "x"),
        lambda: visits.edit_utterance(visit_id, 1, text="x"),
        lambda: visits.swap_speakers(visit_id),
        lambda: visits.name_speaker(visit_id, "Doctor", "x"),
        lambda: visits.record(visit_id),
        lambda: visits.recover(visit_id),
        lambda: visits.import_sound(visit_id, house.folder / "x.wav"),
        lambda: visits.delete_sound(visit_id),
        lambda: visits.draft(visit_id),
        lambda: visits.edit_section(visit_id, "plan", "x"),
        lambda: visits.confirm(visit_id, "plan", "Take ibuprofen 400 mg."),
        lambda: visits.insert_omission(visit_id, 0),
        lambda: visits.dismiss_omission(visit_id, 0),
        lambda: visits.restore_removed(visit_id, 0),
        lambda: visits.undo(visit_id),
        lambda: visits.redo(visit_id),
        lambda: visits.sign(visit_id),
        lambda: visits.amend(visit_id, "x"),
        lambda: visits.discard(visit_id),
        lambda: visits.restore(visit_id),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert visits.get(visit_id) == before


def test_edits_of_several_threads_all_end_in_the_note(house: House) -> None:
    visit_id = house.noted()
    keys = ["history", "exam", "results", "plan"]
    threads = [
        threading.Thread(target=house.visits.edit_section, args=(visit_id, key, f"Text {n}."))
        for n, key in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    note = house.visits.get(visit_id).note
    assert [text_of(note, key) for key in keys] == [f"Text {n}." for n in range(4)]
