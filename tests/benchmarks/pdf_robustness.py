"""Every broken and awkward PDF of the public sets through the media child: no crash, no hang, no empty success.

Run: python -m tests.benchmarks.pdf_robustness [--data FOLDER] [--show]
Exit code 1 if the child crashed, a page took longer than 30 s, or a document without text counted as read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine.documents.messages import READ_DOCUMENT, ReadDocument, ReadProgress
from engine.errors import ChartsideError, DeadlineExceeded, Defect, UserError, WorkerCrashed
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

SETS = ("pdf_malformed", "pdf_awkward_layout")
LONGEST_STEP_S = 30.0
DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass
class Outcome:
    """How one file ended; step_s is the longest wait between two signs of progress."""

    name: str
    verdict: str
    seconds: float
    step_s: float
    pages: int = 0
    chars: int = 0
    ocr: int = 0
    note: str = ""

    @property
    def bad(self) -> bool:
        return self.verdict in ("CRASH", "HANG", "DEFECT", "EMPTY") or self.step_s > LONGEST_STEP_S


def read(client: WorkerClient, path: Path, show: bool) -> Outcome:
    start = last = time.perf_counter()
    longest = 0.0

    def on_event(_: ReadProgress) -> None:
        nonlocal last, longest
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    outcome = Outcome(str(path), "read", 0.0, 0.0)
    try:
        request = ReadDocument(path.name, path.read_bytes())
        text = client.call(READ_DOCUMENT, request, on_event=on_event, deadline_s=600)
        outcome.pages, outcome.chars = len(text.pages), len(text.text)
        outcome.ocr = sum(page.ocr for page in text.pages)
        outcome.note = "; ".join(text.warnings) or " ".join(text.text.split())[:60]
        if not text.text.strip():
            outcome.verdict = "EMPTY"
        if show:
            print(f"\n##### {path.name}\n{text.text}\n#####")
    except DeadlineExceeded as error:
        outcome.verdict, outcome.note = "HANG", str(error)
    except WorkerCrashed as error:
        outcome.verdict, outcome.note = "CRASH", str(error)
    except UserError as error:
        outcome.verdict, outcome.note = type(error).__name__, error.message
    except (Defect, ChartsideError) as error:
        outcome.verdict, outcome.note = "DEFECT", str(error)
    outcome.seconds = time.perf_counter() - start
    outcome.step_s = max(longest, time.perf_counter() - last)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--only", default="", help="part of the path")
    parser.add_argument("--show", action="store_true", help="print the text that was read")
    options = parser.parse_args()
    files = sorted(path for name in SETS for path in (options.data / name).rglob("*.pdf"))
    files = [path for path in files if options.only in str(path)]
    if not files:
        print(f"no PDFs found under {options.data}: nothing measured")
        return 0
    client = WorkerClient(Role.MEDIA)
    try:
        outcomes = [read(client, path, options.show) for path in files]
    finally:
        client.close()
    for outcome in outcomes:
        shown = Path(outcome.name).relative_to(options.data)
        print(
            f"{'!!' if outcome.bad else '  '} {outcome.verdict:20} {outcome.seconds:6.2f} s {outcome.pages:3} p "
            f"{outcome.ocr:2} ocr {outcome.chars:7} chars  {shown!s:70.70} {outcome.note:.70}"
        )
    counts = Counter(outcome.verdict for outcome in outcomes)
    print(f"\n{len(outcomes)} files: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    print(
        f"longest file {max(o.seconds for o in outcomes):.1f} s, longest step {max(o.step_s for o in outcomes):.1f} s"
    )
    bad = [outcome for outcome in outcomes if outcome.bad]
    print(f"crashes, hangs, empty successes: {len(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
