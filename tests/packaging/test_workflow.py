"""The workflow of the hosted machines: whole, pinned, without rights it does not need, and its scripts are sound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.tools import output, program

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".github" / "workflows" / "build.yml"
TEXT = FILE.read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in WORKFLOW["jobs"].items():
        for number, step in enumerate(job["steps"]):
            yield f"{name}-{number}", step


SCRIPTS = [pytest.param(step["run"], id=name) for name, step in steps() if "run" in step]


def test_every_system_is_tested_and_built():
    machines = {each["machine"].split("-")[0] for each in WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["include"]}
    built = {WORKFLOW["jobs"][name]["runs-on"].split("-")[0] for name in ("linux", "windows", "macos")}
    assert machines == built == {"ubuntu", "windows", "macos"}
    for name in ("linux", "windows", "macos"):
        used = [step.get("uses", "").split("@")[0] for step in WORKFLOW["jobs"][name]["steps"]]
        assert "actions/upload-artifact" in used
        assert any("doctor --offline-proof" in step.get("run", "") for step in WORKFLOW["jobs"][name]["steps"])


def test_actions_are_pinned_by_commit_and_say_their_version():
    lines = [line.strip() for line in TEXT.splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.fullmatch(r"- uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_it_may_only_read():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in WORKFLOW["jobs"].values())
    for name, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


def test_no_job_runs_for_ever():
    assert all(job["timeout-minutes"] <= 120 for job in WORKFLOW["jobs"].values())


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_from_outside_is_written_into_a_script(script):
    assert "${{" not in script


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script, tmp_path):
    file = tmp_path / "step.sh"
    file.write_text(f"#!/usr/bin/env bash\nset -eo pipefail\n{script}\n", "utf-8")
    assert output(program("shellcheck"), file) == ""


def test_what_it_starts_is_there():
    named = set(re.findall(r"python (packaging/\S+\.py)", TEXT))
    assert {"packaging/bootstrap.py", "packaging/windows/build.py", "packaging/macos/build.py"} <= named
    assert all((ROOT / name).is_file() for name in named)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z-]+) PYTHON", TEXT):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
