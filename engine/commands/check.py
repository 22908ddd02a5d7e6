"""chartside check: a text against its sources, without a workspace and without a model."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.commands.console import Console, Session, read_cases, run_cases
from engine.commands.wording import LIMITS, MARKS, finding_line, place, verdict_summary
from engine.documents.messages import READ_DOCUMENT, ReadDocument, ReadProgress
from engine.documents.text import decode
from engine.documents.transcript import is_transcript, parse_transcript
from engine.errors import UserError
from engine.evidence.checker import CheckedSentence, Checker, Evidence
from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.omissions import find_omissions
from engine.evidence.sources import SourceText
from engine.library.collect import read_file
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

_PLAIN = {".txt", ".text", ".textgrid"}


def run(session: Session, args: argparse.Namespace) -> int:
    """Check one text, or each case of a file. Raises UserError where a file cannot be read."""
    if args.cases:
        cases = list(read_cases(args.cases, session.console.stdin, _validate))
        lexicons = load_lexicons()
        return run_cases(session.console, cases, lambda case: _check_case(case, lexicons))
    if not args.text or not args.source:
        raise UserError(
            "A text and at least one source are needed.", "Give --text FILE and --source FILE, or --cases FILE."
        )
    reader = _Reader(session.console)
    try:
        text = reader.read(Path(args.text)).text
        sources = [reader.read(Path(name)) for name in args.source]
    finally:
        reader.close()
    checked = _Checked(text, sources, load_lexicons())
    if session.console.json:
        session.console.print_json(checked.json())
    else:
        checked.print(session.console)
    return 0


class _Reader:
    """Reads files into sources; documents are read in a child process, which starts with the first of them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._media = WorkerClient(Role.MEDIA)

    def read(self, path: Path) -> SourceText:
        """The text of a file with pages or turns. Raises UserError where it cannot be read."""
        content, _ = read_file(path)
        if path.suffix.lower() in _PLAIN:
            return _plain_source(path.name, decode(content))
        document = self._media.call(READ_DOCUMENT, ReadDocument(path.name, content), on_event=self._show)
        self._console.end_progress()
        return SourceText(name=path.name, text=document.text, pages=document.pages if document.paged else [])

    def _show(self, event: ReadProgress) -> None:
        self._console.progress(f"reading page {event.done} of {event.total}")

    def close(self) -> None:
        self._media.close()


def _plain_source(name: str, text: str) -> SourceText:
    if name.lower().endswith(".textgrid") or is_transcript(text):
        return parse_transcript(name, text)
    return SourceText(name=name, text=text)


class _Checked:
    """A text with what its sources say of it."""

    def __init__(self, text: str, sources: Sequence[SourceText], lexicons: Lexicons) -> None:
        self._sources = sources
        self._sentences = Checker(sources, lexicons).check(text)
        self._omissions = find_omissions(text, sources, lexicons)

    def json(self) -> dict[str, Any]:
        """The contract of check --json. Offsets count characters of the text, and of the source's text."""
        return {
            "sentences": [self._sentence_json(sentence) for sentence in self._sentences],
            "omissions": [
                {
                    "kind": omission.kind,
                    "quote": omission.quote,
                    "source": self._sources[omission.source].name,
                    "start": omission.start,
                    "end": omission.end,
                }
                for omission in self._omissions
            ],
        }

    def _sentence_json(self, sentence: CheckedSentence) -> dict[str, Any]:
        return {
            "text": sentence.text,
            "start": sentence.start,
            "end": sentence.end,
            "verdict": sentence.verdict,
            "findings": [
                {"kind": finding.kind, "said": finding.said, "source": finding.source} for finding in sentence.findings
            ],
            "evidence": [
                {
                    "source": self._sources[evidence.source].name,
                    "page": self._page(evidence),
                    "start": evidence.start,
                    "end": evidence.end,
                    "quote": evidence.quote,
                }
                for evidence in sentence.evidence
            ],
        }

    def _page(self, evidence: Evidence) -> int | None:
        pages = self._sources[evidence.source].pages
        middle = (evidence.start + evidence.end) // 2  # a quote may begin in the last line of the page before
        return next((page.number for page in reversed(pages) if page.start <= middle), None)

    def print(self, console: Console) -> None:
        """Every sentence with its mark, what differs word against word, and the quotes."""
        for sentence in self._sentences:
            shown = " ".join(sentence.text.split())
            console.print(textwrap.fill(f"{MARKS[sentence.verdict]} {shown}", 100, subsequent_indent="  "))
            for finding in sentence.findings:
                console.print(f"    {finding_line(finding)}")
            for evidence in sentence.evidence:
                quote = textwrap.shorten(evidence.quote, 160, placeholder=" …")
                console.print(f"    {place(self._sources[evidence.source].name, self._page(evidence))}: “{quote}”")
        for number, omission in enumerate(self._omissions):
            console.print("" if number else "\nIn the sources, not in the text:")
            quote = textwrap.shorten(omission.quote, 160, placeholder=" …")
            console.print(f"  {omission.kind.replace('_', '-')}: “{quote}” ({self._sources[omission.source].name})")
        summary = verdict_summary(sentence.verdict for sentence in self._sentences)
        console.print(f"\n{summary or 'The text holds no sentence.'}")
        console.say(LIMITS)


def _validate(case: dict[str, Any]) -> str | None:
    sources = case.get("sources")
    good = isinstance(sources, list) and all(
        isinstance(source, dict) and isinstance(source.get("name"), str) and isinstance(source.get("text"), str)
        for source in sources
    )
    if isinstance(case.get("text"), str) and good:
        return None
    return 'Each line needs {"id": …, "text": "…", "sources": [{"name": "…", "text": "…"}]}.'


def _check_case(case: dict[str, Any], lexicons: Lexicons) -> dict[str, Any]:
    sources = [_plain_source(source["name"], source["text"]) for source in case["sources"]]
    return _Checked(case["text"], sources, lexicons).json()
