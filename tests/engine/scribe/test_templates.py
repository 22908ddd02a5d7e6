"""Templates: those that come with the program, as files, and made from an example."""

from __future__ import annotations

import msgspec
import pytest

from engine.errors import UserError
from engine.evidence.lexicons import load_lexicons
from engine.scribe.examples import WorkedExamples
from engine.scribe.from_example import from_example
from engine.scribe.parts import PARTS, load_visit_words
from engine.scribe.prompts import load_note_pack
from engine.scribe.templates import builtin_template, builtin_templates, checked_template, parse_template, template_text
from engine.types import NoteTemplate, SectionTemplate


def test_the_kinds_of_notes_that_come_with_the_program() -> None:
    templates = builtin_templates()
    assert [each.id for each in templates][:2] == ["visit", "soap"]
    assert {
        "history-physical",
        "progress",
        "telephone",
        "procedure",
        "paediatric",
        "mental-health",
        "nursing",
        "free",
    } < {each.id for each in templates}
    assert all(each.builtin and each.kind and each.sections for each in templates)
    visit = builtin_template("visit")
    assert visit is not None
    assert [each.key for each in visit.sections] == ["history", "exam", "results", "plan"]
    assert builtin_template("no such") is None


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_every_section_says_what_it_wants_and_draws_on_its_part_of_the_visit(template: NoteTemplate) -> None:
    words = load_visit_words()
    for section in template.sections:
        assert section.instruction
        if template.id != "free":
            rule = words.rule(section.title, section.key)
            assert rule.parts != list(PARTS) or rule.words, section.title


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_a_template_is_the_same_after_being_a_file(template: NoteTemplate) -> None:
    assert parse_template(template_text(template)) == msgspec.structs.replace(template, builtin=False)


def test_examples_of_the_programs_templates_are_of_its_example_visit() -> None:
    examples = WorkedExamples(load_note_pack(), load_visit_words(), load_lexicons())
    with_example = [each for template in builtin_templates() for each in template.sections if each.example]
    assert len(with_example) > 20
    for section in with_example:
        assert examples.is_own(section), section.title
    visit = builtin_template("visit")
    assert visit is not None
    begins, goes_on = examples.of(visit.sections[0])
    assert "Tom is a 52-year-old" in begins.written and "Hi Tom" in begins.said
    assert "albuterol" in goes_on.written and "asthma doing" in goes_on.said
    assert begins.written + "\n" + goes_on.written == visit.sections[0].example


def test_a_clinics_example_of_some_other_visit_is_no_worked_example() -> None:
    examples = WorkedExamples(load_note_pack(), load_visit_words(), load_lexicons())
    section = SectionTemplate("x", "Physical exam", "", 0, "Neck supple. Thyroid enlarged on the left.")
    assert not examples.is_own(section)
    assert all("Thyroid" not in each.written for each in examples.of(section))
    assert examples.of(section)


@pytest.mark.parametrize(
    "text",
    ["", "no toml [", "title = 'x'", "title = ''\nsections = [{title='a'}]", "title='x'\nsections=[{title=''}]",
     "title='x'\nsections=[{title='a', wrong=1}]"],
)  # fmt: skip
def test_a_file_that_is_no_template_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError):
        parse_template(text)


def test_sections_get_keys_of_their_own() -> None:
    made = checked_template(
        NoteTemplate("", " My  note ", "", [SectionTemplate("", "Plan"), SectionTemplate("", "Plan")])
    )
    assert (made.id, made.title) == ("my-note", "My note")
    assert [each.key for each in made.sections] == ["plan", "plan-2"]


EXAMPLE = """SUBJECTIVE
Feels well today. No chest pain at all when walking to work in the morning.

**Objective**
- BP 120/80
- Pulse 70

Assessment and plan:
Hypertension: continue lisinopril 10 mg.
He agrees.
Allergies: penicillin
"""


def test_a_template_from_an_example_note() -> None:
    made = from_example("Dr Bell's note", EXAMPLE)
    assert [each.title for each in made.sections] == ["Subjective", "Objective", "Assessment and plan", "Allergies"]
    subjective, objective, plan, allergies = made.sections
    assert subjective.example.startswith("Feels well") and subjective.instruction == "In whole sentences."
    assert objective.instruction.startswith("A list")
    assert "Hypertension: continue" in plan.example
    assert allergies.example == "penicillin"
    assert all(each.length > 0 for each in made.sections)


def test_an_example_without_headings_is_one_section() -> None:
    made = from_example("Letter", "Seen today with a cough for three days. Chest clear. Advised rest and fluids.")
    assert [each.title for each in made.sections] == ["Note"]


def test_an_empty_example_is_refused() -> None:
    with pytest.raises(UserError, match="too short"):
        from_example("x", " \n")
