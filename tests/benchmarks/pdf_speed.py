"""Pages a second of text-layer PDFs on one core, against pdfium opening every page and giving its text.

Run: python -m tests.benchmarks.pdf_speed [--data FOLDER] [--rounds 3]
CPU seconds are counted, so other work on the machine hardly matters; the ratio to the bare library is of one run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from engine.documents.limits import Limits
from engine.documents.pdf.reader import PdfReader

DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def bare(content: bytes) -> int:
    document = pypdfium2.PdfDocument(content)
    count = len(document)
    for index in range(count):
        page = document[index]
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()
    return count


def ours(content: bytes) -> int:
    reader = PdfReader(Limits(), None)
    return len(reader.read(content, None, lambda _done, _total, _ocr: None, lambda: None).pages)


def fastest(work: Callable[[bytes], int], content: bytes, rounds: int) -> tuple[int, float]:
    """Pages and the fewest CPU seconds of several rounds."""
    seconds: list[float] = []
    pages = 0
    for _ in range(rounds):
        start = time.process_time()
        pages = work(content)
        seconds.append(time.process_time() - start)
    return pages, min(seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    files = sorted((options.data / "va_dod_cpg_pdfs").glob("*.pdf"))
    if not files:
        print(f"no PDFs found under {options.data}: nothing measured")
        return 0
    total_pages, total_bare, total_ours = 0, 0.0, 0.0
    for path in files:
        content = path.read_bytes()
        pages, bare_s = fastest(bare, content, options.rounds)
        _, ours_s = fastest(ours, content, options.rounds)
        print(
            f"{path.name:45} {pages:4} pages  {pages / ours_s:6.1f} pages/s  bare pdfium {pages / bare_s:6.1f} pages/s"
        )
        total_pages, total_bare, total_ours = total_pages + pages, total_bare + bare_s, total_ours + ours_s
    print(
        f"all: {total_pages} pages, {total_pages / total_ours:.1f} pages/s, "
        f"{total_ours / total_bare:.2f} times the bare library's time"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
