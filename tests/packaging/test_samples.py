"""The sample library: built from its sources, marked as a sample, and true to the questions asked of it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
MARK = "SAMPLE – fictional clinic. Not for clinical use."
DOCUMENTS = sorted(path.name for suffix in ("pdf", "docx", "md") for path in SAMPLES.glob(f"*.{suffix}"))
PDFS = [name for name in DOCUMENTS if name.endswith(".pdf")]
QUESTIONS = json.loads((SAMPLES / "questions.json").read_text(encoding="utf-8"))["questions"]


def pdf_pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(" ".join(text.get_text_range().split()))
        text.close()
        page.close()
    document.close()
    return texts


def docx_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def full_text(name: str) -> str:
    path = SAMPLES / name
    if path.suffix == ".pdf":
        return " ".join(pdf_pages(path))
    text = docx_text(path) if path.suffix == ".docx" else path.read_text(encoding="utf-8")
    return text.replace("*", "")


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples")
    script = ROOT / "packaging" / "build_samples.py"
    subprocess.run([sys.executable, str(script), "--out", str(out)], check=True, capture_output=True)
    return out


def test_the_sources_build_exactly_the_documents_that_are_committed(rebuilt: Path) -> None:
    assert sorted(path.name for path in rebuilt.iterdir()) == DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_rebuilt_document_is_the_committed_one(name: str, rebuilt: Path) -> None:
    new, old = (rebuilt / name).read_bytes(), (SAMPLES / name).read_bytes()
    if name.endswith(".docx"):  # deflate may differ between builds of zlib
        assert members(new) == members(old)
    else:
        assert new == old


def test_the_library_is_broad_and_small() -> None:
    kinds = [Path(name).suffix for name in DOCUMENTS]
    assert len(kinds) >= 10
    assert min(kinds.count(kind) for kind in (".pdf", ".docx", ".md")) >= 3
    assert sum((SAMPLES / name).stat().st_size for name in DOCUMENTS) < 1_000_000


@pytest.mark.parametrize("name", PDFS)
def test_every_pdf_page_is_marked_and_numbered(name: str) -> None:
    pages = pdf_pages(SAMPLES / name)
    assert len(pages) >= 2
    for number, text in enumerate(pages, start=1):
        assert MARK in text
        assert "Riverside Family Practice (sample)" in text
        assert f"Page {number} of {len(pages)}" in text
    assert "SAMPLE – NOT FOR CLINICAL USE" in pages[0]


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith(".docx")])
def test_every_docx_carries_the_mark_in_footer_and_text(name: str) -> None:
    document = docx.Document(str(SAMPLES / name))
    section = document.sections[0]
    assert MARK in section.footer.paragraphs[0].text
    assert "(sample)" in section.header.paragraphs[0].text
    assert "SAMPLE – NOT FOR CLINICAL USE" in docx_text(SAMPLES / name)
    assert sum(paragraph.style.name == "Heading 1" for paragraph in document.paragraphs) >= 5
    assert len(document.tables) >= 3


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith(".md")])
def test_every_markdown_document_begins_and_ends_with_the_mark(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "SAMPLE – NOT FOR CLINICAL USE" in text[:400]
    assert text.rstrip().rstrip("*").endswith(MARK)
    assert "\n|" in text


def test_a_section_and_a_table_run_on_over_a_page_break() -> None:
    anaphylaxis = pdf_pages(SAMPLES / "Anaphylaxis protocol.pdf")
    assert "1. Call for help." in anaphylaxis[0]
    assert "9. If there is no pulse or no normal breathing" in anaphylaxis[1]
    formulary = pdf_pages(SAMPLES / "Clinic formulary.pdf")
    assert all("Medicine Strengths Usual adult dose" in page for page in formulary[:4])


def test_references_between_documents_name_documents_that_exist() -> None:
    texts = {name: full_text(name) for name in DOCUMENTS}
    own = {re.findall(r"RFP-[A-Z]-\d{2}", text)[0] for text in texts.values()}
    assert len(own) == len(DOCUMENTS)
    forms = {"RFP-F-12", "RFP-F-18", "RFP-F-22", "RFP-F-31", "RFP-F-40", "RFP-F-50", "RFP-F-55"}
    named = {reference for text in texts.values() for reference in re.findall(r"RFP-[A-Z]-\d{2}", text)}
    assert named <= own | forms


def test_phone_numbers_are_from_the_range_kept_for_fiction() -> None:
    for name in DOCUMENTS:
        for number in re.findall(r"\d{3}[)-] ?\d{3}-\d{4}", full_text(name)):
            assert re.search(r"555-01\d\d$", number), f"{name}: {number}"


@pytest.mark.parametrize("case", [case for case in QUESTIONS if case["answered"]], ids=lambda case: case["id"])
def test_the_answer_stands_where_the_question_says(case: dict[str, object]) -> None:
    name, page = str(case["document"]), case["page"]
    assert (page is None) == (not name.endswith(".pdf"))
    text = pdf_pages(SAMPLES / name)[page - 1] if isinstance(page, int) else full_text(name)
    facts = case["facts"]
    assert isinstance(facts, list)
    assert facts
    for fact in facts:
        assert fact in text
    assert str(case["section"]) in full_text(name)


def test_questions_are_enough_and_two_have_no_answer() -> None:
    assert len({case["id"] for case in QUESTIONS}) == len(QUESTIONS) >= 12
    missing = [case for case in QUESTIONS if not case["answered"]]
    assert len(missing) >= 2
    everything = " ".join(full_text(name) for name in DOCUMENTS).lower()
    for word in ("parental leave", "antivenom", "rattlesnake"):
        assert word not in everything
