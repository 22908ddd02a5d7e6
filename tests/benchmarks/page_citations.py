"""Whether the page that is cited is the right one: sentences from known pages of the VA/DoD guidelines as questions.

The sentences and their pages come from the PDF library's own text, not from the program's reader. A page is right where
its text holds the sentence; some sentences stand in several guidelines word for word. The whole path is used: import,
search, and the sources named for the sentence.

Run: python -m tests.benchmarks.page_citations [--sentences N a document] [--files N] [--seed S] [--show N]
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from engine.evidence.matching import match_sentence
from engine.paths import Paths
from engine.types import DocumentText, Hit, Source
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE, shared_data

_SENTENCE = re.compile(r"(?<=[.\n] )?\b[A-Z][^.!?]{60,260}[a-z)]\.(?=\s|$)")
_PASSAGES = 5
_LEAST_WORDS, _MOST_DIGITS = 10, 0.05


@dataclass(frozen=True)
class Case:
    """A sentence and the pages that hold it, each with its document."""

    sentence: str
    places: frozenset[tuple[str, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=50)
    parser.add_argument("--files", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    files = sorted((shared_data() / "va_dod_cpg_pdfs").glob("*.pdf"))[: options.files]
    cases = cases_of(files, options.sentences, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Paths(data=Path(folder) / "data", models=Paths.default().models), PASSPHRASE)
        try:
            workspace.library.add(files)
            workspace.library.wait()
            workspace.library.wait_until_searchable()
            texts = {item.id: workspace.library.text(item.id) for item in workspace.library.documents()}
            outcomes = [(case, *ask(workspace, texts, case.sentence)) for case in cases]
        finally:
            workspace.close()
    report(outcomes, options.show)


def cases_of(files: Sequence[Path], count: int, seed: int) -> list[Case]:
    """Sentences drawn by chance from the pages of each PDF, as many from each."""
    pages = {file.name: pages_of(file) for file in files}
    plain_pages = {(name, number): plain(text) for name, of in pages.items() for number, text in enumerate(of, 1)}
    cases = []
    for name, of in pages.items():
        found = [match.group() for text in of for match in _SENTENCE.finditer(text) if is_prose(match.group())]
        for sentence in random.Random(f"{seed} {name}").sample(found, min(count, len(found))):
            places = frozenset(place for place, text in plain_pages.items() if plain(sentence) in text)
            cases.append(Case(" ".join(sentence.split()), places))
    return cases


def pages_of(file: Path) -> list[str]:
    """The text of every page as the PDF library gives it."""
    document = pypdfium2.PdfDocument(file)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def is_prose(text: str) -> bool:
    """Whether it is a sentence of running text, not of a table, a list of references or a table of contents."""
    digits = sum(character.isdigit() for character in text) / len(text)
    return (
        len(text.split()) >= _LEAST_WORDS
        and digits <= _MOST_DIGITS
        and "..." not in text
        and not re.search(r"et al|https?:|doi|•|Page \d+ of|\ufffe|\x02|-\r?\n", text)
        and text.count("\n") <= 4
    )


def plain(text: str) -> str:
    """Letters and digits only: line breaks, hyphens and quotes are set differently by every reader."""
    return re.sub(r"[\W_]+", "", text).lower()


def ask(workspace: Workspace, texts: dict[int, DocumentText], sentence: str) -> tuple[list[Hit], list[Source]]:
    """The passages found for the sentence and the sources named for it."""
    hits = workspace.library.search(sentence, k=_PASSAGES).hits
    return hits, match_sentence(sentence, hits, page_finder(texts))


def page_finder(texts: dict[int, DocumentText]) -> Callable[[int, int], int | None]:
    """Which page of a document an offset is on."""

    def page(document_id: int, offset: int) -> int | None:
        pages = texts[document_id].pages
        return next((page.number for page in reversed(pages) if page.start <= offset), None)

    return page


def report(outcomes: list[tuple[Case, list[Hit], list[Source]]], show: int) -> None:
    """Print how many sentences got a source, and how many of the pages named are right."""
    cited = [(case, sources[0]) for case, _, sources in outcomes if sources]
    right = [(case, source) for case, source in cited if (source.document, source.page) in case.places]
    found = sum(any(plain(case.sentence) in plain(hit.passage.text) for hit in hits) for case, hits, _ in outcomes)
    print(f"{len(outcomes)} sentences; whole in the {_PASSAGES} passages found: {found / len(outcomes):.1%}")
    print(f"cited {len(cited) / len(outcomes):.1%}; of the pages cited right {len(right) / max(1, len(cited)):.2%}")
    for case, source in [item for item in cited if item not in right][:show]:
        print(f"\n{sorted(case.places)}: {case.sentence}")
        print(f"  cited {source.document} p. {source.page}: {' '.join(source.quote.split())}")
    for case, _, _sources in [item for item in outcomes if not item[2]][:show]:
        print(f"\nnot cited: {sorted(case.places)}: {case.sentence}")


if __name__ == "__main__":
    main()
