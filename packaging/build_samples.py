"""Build the sample clinic library from its sources: python packaging/build_samples.py [--out FOLDER]."""

from __future__ import annotations

import argparse
from pathlib import Path

from samples.markdown import write_markdown
from samples.pdf import write_pdf
from samples.source import read_sample
from samples.word import write_docx

_ROOT = Path(__file__).resolve().parent.parent / "resources" / "samples"
_WRITERS = {".pdf": write_pdf, ".docx": write_docx, ".md": write_markdown}


def build(sources: Path, out: Path) -> list[Path]:
    """Write every source of a folder into out, in the format its file name asks for; return the files written."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(sources.glob("*.md")):
        sample = read_sample(source)
        target = out / sample.file_name
        _WRITERS[target.suffix](sample, target)
        written.append(target)
    return written


def main() -> None:
    """Build and name what was written."""
    parser = argparse.ArgumentParser(description="Build the sample clinic library.")
    parser.add_argument("--out", type=Path, default=_ROOT, help="folder for the documents")
    for path in build(_ROOT / "source", parser.parse_args().out):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
