"""Visits begun, found, looked at, discarded; and what the record says of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from engine.errors import UserError
from engine.types import AuditKind, VisitFilter, VisitState
from tests.engine.visits.conftest import House


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_visit_begins_with_or_without_a_name(house: House) -> None:
    info = house.visits.new(patient="  Ann \n Example ")
    assert (info.patient, info.template, info.state) == ("Ann Example", "visit", VisitState.DRAFT)
    assert (info.author, info.author_name, info.begun_at) == ("id-Dr Reyes", "Dr Reyes", house.now)
    assert house.visits.new().patient == ""
    with pytest.raises(UserError, match="longer than 200"):
        house.visits.new(patient="a" * 201)
    with pytest.raises(UserError, match="no template"):
        house.visits.new(template="nowhere")


def test_the_newest_visit_comes_first_and_words_of_any_part_find_it(house: House) -> None:
    first = house.noted()
    house.now = "2026-03-04T09:30:00Z"
    second = house.visit("Bo Beispiel", "Patient: A cough since Monday.")
    found = lambda **wanted: [each.id for each in house.visits.list(VisitFilter(**wanted))]  # noqa: E731
    assert found() == [second, first]
    assert found(query="ann exam") == [first]
    assert found(query="coughs") == [second]
    assert found(query="take ibuprof") == [first]
    assert found(query="nobody") == []
    house.visits.edit_section(second, "plan", "Honey.")
    assert found(query="honey") == [second]
    house.visits.change(second, patient="Bea")
    assert found(query="Beispiel") == []
    assert found(query="bea honey monday") == [second]
    house.visits.edit_utterance(second, 1, text="A cold.")
    assert found(query="monday") == []


def test_states_authors_and_days_narrow_the_list(house: House, new_york: None) -> None:
    first = house.noted()
    house.visits.sign(first)
    house.sign_in("Dr Bell")
    house.now = "2026-03-05T03:30:00Z"  # still the evening of the fourth in New York
    second = house.visit()
    found = lambda **wanted: [each.id for each in house.visits.list(VisitFilter(**wanted))]  # noqa: E731
    assert found(states=frozenset({VisitState.SIGNED})) == [first]
    assert found(states=frozenset()) == []
    assert found(author="id-Dr Bell") == [second]
    assert found(day="2026-03-04") == [second, first]
    assert found(day="2026-03-05") == []
    with pytest.raises(UserError, match="not a day"):
        found(day="yesterday")


def test_what_is_shown_of_a_visit_is_what_was_said_until_there_is_a_note(house: House) -> None:
    visit_id = house.visit()
    assert house.visits.list()[0].preview.startswith("Any fever?")
    house.visits.draft(visit_id)
    assert house.visits.list()[0].preview == "Left knee hurts. Take ibuprofen 400 mg."


def test_looking_is_recorded_once_a_sitting(house: House) -> None:
    visit_id = house.visit()
    house.visits.get(visit_id)
    viewed = lambda: sum(kind == AuditKind.VISIT_VIEWED for kind, _s, _d in house.audit())  # noqa: E731
    assert viewed() == 0, "whoever begins a visit sees it"
    house.sign_in("Dr Bell")
    house.visits.get(visit_id)
    house.visits.get(visit_id)
    assert viewed() == 1
    with pytest.raises(UserError, match="not there"):
        house.visits.get(99)


def test_a_discarded_visit_can_be_looked_at_and_brought_back(house: House) -> None:
    visit_id = house.noted()
    assert house.visits.discard(visit_id).info.state is VisitState.DISCARDED
    with pytest.raises(UserError, match="discarded") as refused:
        house.visits.edit_section(visit_id, "plan", "x")
    assert "Restore" in refused.value.advice
    assert house.visits.get(visit_id).note is not None
    assert house.visits.restore(visit_id).info.state is VisitState.DRAFT
    house.visits.edit_section(visit_id, "plan", "Rest.")


def test_every_act_is_in_the_record_without_a_word_of_the_patient(house: House) -> None:
    visit_id = house.noted()
    house.visits.change(visit_id, patient="Bea")
    house.visits.consent(visit_id, "written")
    house.visits.edit_section(visit_id, "plan", "Rest.")
    house.visits.undo(visit_id)
    house.visits.edit_utterance(visit_id, 1, text="Any chills?")
    house.visits.swap_speakers(visit_id)
    house.visits.discard(visit_id)
    house.visits.restore(visit_id)
    house.visits.sign(visit_id)
    house.visits.amend(visit_id, "More ibuprofen.")
    entries = house.audit()[1:] if house.audit()[0][0] == "begun" else house.audit()
    assert [kind for kind, _subject, _details in entries] == [
        "visit begun", "visit changed", "note drafted", "note drafted", "visit changed", "consent", "note edited",
        "note edited", "visit changed", "visit changed", "visit discarded", "visit restored", "note signed",
        "note amended",
    ]  # fmt: skip
    assert {subject for _kind, subject, _details in entries} == {f"visit:{visit_id}"}
    told = " ".join(details for _kind, _subject, details in entries).lower()
    for word in ("ann", "bea", "ibuprofen", "fever", "chills", "rest.", "knee"):
        assert word not in told


def test_consent_is_noted_once(house: House) -> None:
    visit_id = house.visit()
    consent = house.visits.consent(visit_id, "written").consent
    house.now = "2026-03-04T11:00:00Z"
    assert house.visits.consent(visit_id).consent == consent
    assert (consent.user_id, consent.how) == ("id-Dr Reyes", "written")
    with pytest.raises(UserError, match="spoken or written"):
        house.visits.consent(visit_id, "guessed")
