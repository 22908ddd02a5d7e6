"""Notes that leave the program: text, Word, PDF, FHIR; encrypted, or with a reason."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.errors import NotAllowed, UserError
from engine.exports import Protection
from engine.types import NoteFormat, NoteSentence, Role, Verdict, Visit
from engine.visits.files import rendered
from engine.visits.marks import lines
from tests.engine.visits.conftest import House

PLAIN = Protection(reason="for the insurer")
HISTORY = "Left knee hurts. Right elbow hurts.\n- Swelling <5 cm & warm.\n\n- Fever."


@pytest.fixture
def visit(house: House) -> Visit:
    """A signed note with every mark and an addendum."""
    visit_id = house.noted()
    house.visits.edit_section(visit_id, "history", HISTORY)
    house.visits.sign(visit_id)
    visit = house.visits.amend(visit_id, "The X-ray shows nothing.\nCall her.")
    (history, *others) = visit.note.sections
    verdicts = (Verdict.SUPPORTED, Verdict.DIFFERS, Verdict.NOT_FOUND, Verdict.NOT_FOUND)
    texts = ("Left knee hurts.", "Right elbow hurts.", "Swelling <5 cm & warm.", "Fever.")
    sentences = [
        NoteSentence(text, HISTORY.index(text), HISTORY.index(text) + len(text), verdict, confirmed=text == "Fever.")
        for text, verdict in zip(texts, verdicts, strict=True)
    ]
    return replace(visit, note=replace(visit.note, sections=[replace(history, sentences=sentences), *others]))


def test_marks_stand_behind_their_sentences_line_by_line(visit: Visit) -> None:
    assert list(lines(visit.note.sections[0])) == [
        [("Left knee hurts.", "●"), (" ", ""), ("Right elbow hurts.", "▲"), ("", "")],
        [("- ", ""), ("Swelling <5 cm & warm.", "■"), ("", "")],
        [("- ", ""), ("Fever.", "✓")],
    ]


def test_plain_text_has_everything(visit: Visit) -> None:
    name, content = rendered(visit, "Visit note", NoteFormat.TEXT)
    text = content.decode()
    assert name == "chartside-note.txt"
    for part in (
        "VISIT NOTE", "Patient: Ann Example", "Author: Dr Reyes", "State: signed, with addenda", "Version: 3",
        "Left knee hurts. ● Right elbow hurts. ▲\n- Swelling <5 cm & warm. ■\n- Fever. ✓",
        "Signed by Dr Reyes on ", "Drafted with Tiny", "prompt note-1", "Addendum by Dr Reyes", "Call her.",
        "■ not said in the visit",
    ):  # fmt: skip
        assert part in text
    assert "Physical exam" not in text, "nothing is in it"


def test_a_word_document_has_everything(visit: Visit) -> None:
    import docx

    _name, content = rendered(visit, "Visit note", NoteFormat.DOCX)
    document = docx.Document(io.BytesIO(content))
    paragraphs = [(each.style.name, each.text) for each in document.paragraphs]
    assert ("Normal", "Left knee hurts. ● Right elbow hurts. ▲") in paragraphs
    assert ("List Bullet", "Swelling <5 cm & warm. ■") in paragraphs
    assert ("List Bullet", "Fever. ✓") in paragraphs
    assert any(text.startswith("Addendum by Dr Reyes") for _style, text in paragraphs)
    assert any(text.startswith("Signed by Dr Reyes") for _style, text in paragraphs)
    assert document.tables[0].rows[0].cells[1].text == "Ann Example"
    assert document.sections[0].footer.paragraphs[0].text.startswith("Ann Example · visit of ")
    assert document.core_properties.author == "Dr Reyes"
    amber = next(run for each in document.paragraphs for run in each.runs if run.text == " ▲")
    assert str(amber.font.color.rgb) == "8A5A00"


def pdf_text(content: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_a_pdf_has_everything_and_says_on_each_page_whose_it_is(visit: Visit) -> None:
    history = replace(visit.note.sections[0], text=visit.note.sections[0].text + "\nMore words follow here." * 100)
    long = replace(visit, note=replace(visit.note, sections=[history, *visit.note.sections[1:]]))
    pages = pdf_text(rendered(long, "Visit note", NoteFormat.PDF)[1])
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "Ann Example · visit of " in page
        assert f"page {number}" in page
    text = " ".join(" ".join(pages).split())
    for part in (
        "Left knee hurts. ●",
        "Right elbow hurts. ▲",
        "Swelling <5 cm & warm. ■",
        "Fever. ✓",
        "Signed by Dr Reyes",
    ):
        assert part in text


def test_letters_of_any_script_are_in_a_pdf(visit: Visit) -> None:
    named = replace(visit, info=replace(visit.info, patient="Łucja Żółć, Ольга"))
    if not Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file():
        pytest.skip("no font with these letters on this computer")
    assert "Łucja Żółć, Ольга" in " ".join(pdf_text(rendered(named, "Visit note", NoteFormat.PDF)[1]))


@pytest.mark.parametrize("format", list(NoteFormat))
def test_any_character_that_was_pasted_can_be_written(visit: Visit, format: NoteFormat) -> None:
    odd = "".join(map(chr, [0, 7, 11, 0x7F, 0x85, 0xFFFE, 0xD800])) + "\t<b>&amp; ]]> \u202e 😀"
    section = replace(visit.note.sections[0], text=odd, sentences=[])
    note = replace(visit.note, sections=[section])
    named = replace(visit, info=replace(visit.info, patient=odd), note=note)
    assert len(rendered(named, "Visit note", format)[1]) > 100


def resources(content: bytes) -> dict[str, dict]:
    bundle = json.loads(content)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    text = json.dumps(bundle)
    for url in by_url:
        assert url.startswith("urn:uuid:")
    for part in text.split('"reference": "')[1:]:
        assert part.split('"')[0] in by_url, "every reference is in the bundle"
    return {each["resourceType"]: each for each in by_url.values()}


def test_fhir_has_the_note_its_state_and_who_signed(visit: Visit) -> None:
    from fhir.resources.R4B.bundle import Bundle

    content = rendered(visit, "Visit note", NoteFormat.FHIR)[1]
    Bundle.model_validate_json(content)
    found = resources(content)
    composition, document = found["Composition"], found["DocumentReference"]
    assert composition["status"] == document["docStatus"] == "amended"
    assert composition["attester"][0]["mode"] == "legal"
    assert [each["title"] for each in composition["section"]][:2] == [
        "History of present illness",
        "Assessment and plan",
    ]
    assert "Swelling &lt;5 cm &amp; warm." in composition["section"][0]["text"]["div"]
    assert composition["section"][2]["text"]["div"].count("<p>") == 2
    text = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert "Left knee hurts. Right elbow hurts." in text
    assert not set("●▲■✓") & set(text)
    assert found["Patient"]["name"] == [{"text": "Ann Example"}]
    assert rendered(visit, "Visit note", NoteFormat.FHIR)[1] == content, "the same note has the same ids"


def test_fhir_of_a_draft_without_a_named_patient(house: House) -> None:
    visit_id = house.visit(patient="")
    visit = house.visits.draft(visit_id)
    found = resources(rendered(visit, "Visit note", NoteFormat.FHIR)[1])
    assert found["Composition"]["status"] == found["DocumentReference"]["docStatus"] == "preliminary"
    assert "Patient" not in found
    assert "subject" not in found["Composition"]
    assert "attester" not in found["Composition"]


def test_a_file_leaves_encrypted_or_with_a_reason_and_is_recorded(house: House, tmp_path: Path) -> None:
    import pyzipper

    visit_id = house.noted()
    with pytest.raises(UserError, match="needs a reason"):
        house.visits.export(visit_id, NoteFormat.TEXT, tmp_path / "a.txt")
    house.visits.export(visit_id, NoteFormat.TEXT, tmp_path / "a.txt", PLAIN)
    assert "Left knee hurts." in (tmp_path / "a.txt").read_text(encoding="utf-8")
    house.visits.export(visit_id, NoteFormat.FHIR, tmp_path / "a.zip", Protection("correct horse battery staple"))
    with pyzipper.AESZipFile(tmp_path / "a.zip") as archive:
        archive.setpassword(b"correct horse battery staple")
        assert json.loads(archive.read("chartside-note.json"))["resourceType"] == "Bundle"
    assert [json.loads(details) for kind, subject, details in house.audit() if kind == "export"] == [
        {"what": "chartside-note.txt", "encrypted": False, "reason": "for the insurer"},
        {"what": "chartside-note.json", "encrypted": True},
    ]
    with pytest.raises(UserError, match="no note yet"):
        house.visits.export(house.visit(), NoteFormat.PDF, tmp_path / "b.pdf", PLAIN)
    with pytest.raises(NotAllowed):
        house.sign_in("Sam", Role.STAFF).export(visit_id, NoteFormat.PDF, tmp_path / "b.pdf", PLAIN)
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".db")[:2] == ["a.txt", "a.zip"]
