"""Write a sample as Markdown: title, notice and document control above the body as it stands in the source."""

from __future__ import annotations

from pathlib import Path

from samples.source import CLINIC, MARK, NOTICE, Sample


def write_markdown(sample: Sample, path: Path) -> None:
    """Write the document to path."""
    labels = " | ".join(label for label, _ in sample.facts)
    values = " | ".join(value for _, value in sample.facts)
    rule = "|".join(["---"] * len(sample.facts))
    text = (
        f"# {sample.title}\n\n{CLINIC}\n\n> {NOTICE}\n\n| {labels} |\n|{rule}|\n| {values} |\n\n"
        f"{sample.body}\n*{sample.meta['number']} · {MARK}*\n"
    )
    path.write_text(text, encoding="utf-8", newline="\n")
