"""The clinic's templates beside those of the program."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.errors import NotAllowed, UserError
from engine.types import NoteTemplate, Role, SectionTemplate
from tests.engine.visits.conftest import House

OWN = NoteTemplate("", "Knee  clinic", "a visit", [SectionTemplate("", "Findings"), SectionTemplate("", "Findings")])


def test_the_templates_of_the_program_come_first_and_a_visits_is_the_default(house: House) -> None:
    listed = house.templates.list()
    assert all(each.builtin and not each.changed for each in listed)
    assert house.templates.get().id == "visit" == listed[0].id
    with pytest.raises(UserError, match="no template"):
        house.templates.get("nowhere")


def test_a_clinic_has_its_own(house: House) -> None:
    saved = house.templates.save(OWN)
    assert (saved.id, saved.title, saved.builtin) == ("knee-clinic", "Knee clinic", False)
    assert len({each.key for each in saved.sections}) == 2
    assert house.templates.save(OWN).id == "knee-clinic-2", "another one of the same name"
    assert house.templates.list()[-1].id.startswith("knee-clinic")
    info = house.visits.new(template=saved.id)
    house.visits.edit_section(info.id, saved.sections[0].key, "Swollen.")
    house.templates.remove(saved.id)
    assert house.visits.get(info.id).note.sections[0].text == "Swollen.", "notes made with it stay"
    assert house.visits.edit_section(info.id, saved.sections[0].key, "Warm.").text == "Warm."
    with pytest.raises(UserError, match="no template"):
        house.templates.remove(saved.id)


def test_a_clinics_form_of_a_template_of_the_program_can_be_taken_back(house: House) -> None:
    before = house.templates.get("soap")
    changed = house.templates.save(replace(before, title="SOAP, ours"))
    assert (changed.id, changed.builtin, changed.changed, changed.title) == ("soap", True, True, "SOAP, ours")
    assert len(house.templates.list()) == len({each.id for each in house.templates.list()})
    assert house.templates.reset("soap") == before
    with pytest.raises(UserError, match="stays"):
        house.templates.remove("soap")
    own = house.templates.save(OWN)
    with pytest.raises(UserError, match="did not come with"):
        house.templates.reset(own.id)


def test_a_template_made_from_an_example_is_a_new_one_whatever_its_name(house: House) -> None:
    note = "Subjective:\nLeft knee hurts since Monday.\n\nPlan:\nRest, ice, ibuprofen."
    made = house.templates.from_example("Soap", note)
    assert [each.title for each in made.sections] == ["Subjective", "Plan"]
    assert house.templates.save(made).id == "soap-2"
    assert not house.templates.get("soap").changed
    with pytest.raises(UserError):
        house.templates.from_example("Soap", "short")


def test_what_is_no_template_is_not_stored(house: House) -> None:
    before = house.templates.list()
    for broken in (
        replace(OWN, title=" "),
        replace(OWN, sections=[]),
        replace(OWN, sections=[SectionTemplate("", " ")]),
    ):
        with pytest.raises(UserError):
            house.templates.save(broken)
    assert house.templates.list() == before


def test_only_who_may_changes_templates_and_the_record_names_none_of_the_clinics(house: House) -> None:
    own = house.templates.save(OWN)
    house.templates.save(house.templates.get("soap"))
    assert [(subject, details) for _kind, subject, details in house.audit()[-2:]] == [
        ("template", '{"act":"saved"}'), ("template:soap", '{"act":"saved"}'),
    ]  # fmt: skip
    house.sign_in("Sam", Role.STAFF)
    for act in (
        lambda: house.templates.save(OWN),
        lambda: house.templates.remove(own.id),
        lambda: house.templates.reset("soap"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert house.templates.get(own.id) == own
