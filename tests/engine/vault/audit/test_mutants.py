"""A small run of tests/benchmarks/audit_mutants.py: every mutant is found, and named where it can be."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.audit_mutants import Bench


def test_every_mutant_is_found_against_an_exported_head(tmp_path: Path) -> None:
    bench = Bench(tmp_path, seed=7)
    totals = bench.run(220)
    bench.database.close()
    assert len(totals) == 11
    for kind, total in totals.items():
        assert total["found"] == total["made"] >= 18, kind
        assert total["named"] == total["to name"], kind
