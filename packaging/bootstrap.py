"""Set Chartside up in this folder and start it: python3 packaging/bootstrap.py run | test | prepare | prepare-test.

run: everything the program needs, with the starter model; then the window, or the demo where there is no display.
test: the same with the smallest useful model and what the checks need; then the checks.
prepare, prepare-test: the set-up of run and of test alone.
Environment: GPU=cuda|vulkan|metal|none, NATIVE=on|off, TORCH=cpu|cuda, PYTHON. What is done already is not done again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.environment import Environment
from provision.machine import Machine
from provision.shell import SetupFailed, fail, run, say
from provision.system import compiler_advice, missing_packages, plan_installation

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
TEST_MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
FIRST_TESTS = ("tests/integration", "tests/packaging")  # about half of the time that all tests take
ACTIONS = ("run", "test", "prepare", "prepare-test")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ACTIONS:
        print(__doc__)
        return 2
    action = arguments[0]
    try:
        machine = Machine.this()
        environment = set_up(machine, testing=action in {"test", "prepare-test"})
    except SetupFailed as error:
        return fail(error)
    except KeyboardInterrupt:
        say("Stopped. The next run goes on from here.")
        return 130
    if action == "run":
        return start(environment, machine)
    return check(environment) if action == "test" else 0


def set_up(machine: Machine, *, testing: bool) -> Environment:
    """Bring this folder to the state where the program (or its tests) can run. Raises SetupFailed."""
    if machine.python < OLDEST_PYTHON:
        raise SetupFailed("Chartside needs Python 3.11 or newer. Name one with PYTHON=, for example PYTHON=python3.12.")
    environment = Environment(ROOT, machine, os.environ, cache_folder(machine, os.environ))
    install_system_packages(machine, compiler=environment.needs_compiler())
    environment.prepare(development=testing)
    models = [TEST_MODEL] if testing else ["--starter"]
    run(
        [str(environment.python), "-m", "engine.models.fetch", "--embedding", "--speech", *models],
        "The models could not be fetched. What has arrived is kept: start again to go on.",
    )
    return environment


def install_system_packages(machine: Machine, *, compiler: bool) -> None:
    """Install what is missing, or say what to install and stop. A machine that lacks nothing is not touched."""
    if compiler and compiler_advice(machine):
        raise SetupFailed(compiler_advice(machine))
    packages = missing_packages(machine, compiler=compiler)
    if not packages:
        return
    installation = plan_installation(machine, packages)
    if not installation.commands:
        raise SetupFailed(f"System packages are missing: {' '.join(packages)}\n{installation.advice}")
    say(installation.advice)
    for command in installation.commands:
        run(command, "System packages could not be installed.", quiet=True, every_s=30)


def start(environment: Environment, machine: Machine) -> int:
    """Open the program; without a display, run its demo in the terminal."""
    program = str(environment.program("chartside"))
    if machine.display:
        say("Opening Chartside")
        return hand_over(machine, [program])
    say("There is no display, so the demo runs in the terminal instead of the window (chartside demo)")
    return hand_over(machine, [program, "demo"])


def hand_over(machine: Machine, command: list[str]) -> int:
    """Become the program, so that signals and the exit code are its own; Windows cannot, and waits for it."""
    if machine.system != "Windows":
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - the program that was just set up
    return subprocess.call(command)


def check(environment: Environment) -> int:
    """Run every check, the quick ones first; stop at the first that fails."""
    python = str(environment.python)
    checks = [
        ("format", [str(environment.program("ruff")), "format", "--check", "."]),
        ("lint", [str(environment.program("ruff")), "check", "."]),
        ("types", [str(environment.program("mypy"))]),
        ("imports", [str(environment.program("lint-imports"))]),
        ("vulnerabilities and secrets", [python, "packaging/scan.py"]),
    ]
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    for name, command in checks:
        say(f"Checking {name}: {' '.join(Path(command[0]).name if part == command[0] else part for part in command)}")
        status = subprocess.call(command, cwd=ROOT, env=surroundings)
        if status != 0:
            say(f"The {name} check failed.")
            return status
    say(f"Checking tests: pytest {' '.join(FIRST_TESTS)}, and beside it all others; their report follows at the end")
    status = run_tests([python, "-m", "pytest", "-m", "not gpu", "--durations=15"], surroundings)
    if status != 0:
        say("The tests check failed.")
    return status


def run_tests(pytest: Sequence[str], surroundings: Mapping[str, str]) -> int:
    """Run the tests in two processes, which take about as long; returns the first exit status that is not 0."""
    others = [*pytest, "tests", *(f"--ignore={folder}" for folder in FIRST_TESTS)]
    with tempfile.TemporaryFile() as report:
        # glibc then fills what is freed: Qt's use of a dead widget shows each time, not once in fifty runs.
        perturbed = {**surroundings, "MALLOC_PERTURB_": "165"}
        beside = subprocess.Popen(others, cwd=ROOT, env=perturbed, stdout=report, stderr=subprocess.STDOUT)
        try:
            first = subprocess.call([*pytest, *FIRST_TESTS], cwd=ROOT, env=surroundings)
            second = beside.wait()
        finally:
            beside.kill()
        report.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(report, sys.stdout.buffer)
        sys.stdout.flush()
    return first or second


def cache_folder(machine: Machine, environment: os._Environ[str]) -> Path:
    """Where built wheels are kept between checkouts: the system's own cache folder of this person."""
    if machine.system == "Darwin":
        return Path.home() / "Library" / "Caches" / "chartside"
    if machine.system == "Windows":
        return Path(environment.get("LOCALAPPDATA", str(Path.home()))) / "chartside" / "Cache"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chartside"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
