"""A process that is killed while it works on a visit: python -m tests.engine.visits.killed FOLDER WHAT.

It prints a line when there is something to lose, and then waits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.engine.visits.conftest import House


def main() -> None:
    house = House(Path(sys.argv[1]))
    visit_id = house.visit(said="" if sys.argv[2] == "record" else "Patient: Left knee hurts.")
    if sys.argv[2] == "draft":
        house.writer.during = lambda _key: wait()
        house.visits.draft(visit_id)
    elif sys.argv[2] == "edit":
        house.visits.edit_section(visit_id, "plan", "Rest and ice.")
        wait()
    else:
        house.visits.consent(visit_id)
        house.visits.record(visit_id)
        recorder = house.listens.recorders[-1]
        for number in range(50):
            recorder.hear("Patient", f"Word {number}.")
        house.visits.list()  # what was heard is stored by the time that this is answered
        wait()


def wait() -> None:
    print("now", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
