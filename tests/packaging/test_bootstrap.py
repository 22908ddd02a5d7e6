"""The set-up's plans for machines that are not at hand, and its few actions in folders made for the test."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import bootstrap
import lock
import pytest
from provision import llama, shell
from provision.environment import Environment
from provision.machine import Machine
from provision.shell import SetupFailed, Stamps
from provision.system import LIBRARIES, compiler_advice, missing_packages, plan_installation

ROOT = Path(__file__).resolve().parents[2]
FULL = Machine(
    system="Linux",
    architecture="x86_64",
    python=(3, 11),
    root=False,
    sudo=False,
    libraries=frozenset(LIBRARIES),
    programs=frozenset({"apt-get", "c++"}),
    ensurepip=True,
    fonts=True,
    certificates=True,
    display=True,
    nvidia=False,
    cores=4,
    processor="abcd1234",
)
REQUIREMENT = "llama-cpp-python==0.3.36 --hash=sha256:00"


def machine(**changes: object) -> Machine:
    return dataclasses.replace(FULL, **changes)


def test_a_machine_that_lacks_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda *_, **__: pytest.fail("nothing had to be run"))
    assert missing_packages(FULL, compiler=True) == []
    bootstrap.install_system_packages(FULL, compiler=True)


def test_a_bare_debian_gets_all_it_lacks_from_apt() -> None:
    bare = machine(
        root=True,
        libraries=frozenset(),
        programs=frozenset({"apt-get"}),
        ensurepip=False,
        fonts=False,
        certificates=False,
        python=(3, 13),
    )
    packages = missing_packages(bare, compiler=True)
    assert {"python3.13-venv", "build-essential", "libegl1", "libxcb-cursor0", "fonts-dejavu-core"} <= set(packages)
    update, install = plan_installation(bare, packages).commands
    assert update[-1] == "update"
    assert install[-len(packages) :] == packages
    assert "sudo" not in install


def test_only_what_is_missing_is_installed() -> None:
    lacking = machine(libraries=FULL.libraries - {"libxcb-cursor.so.0"}, programs=frozenset({"apt-get"}))
    assert missing_packages(lacking, compiler=False) == ["libxcb-cursor0"]
    assert missing_packages(lacking, compiler=True) == ["build-essential", "libxcb-cursor0"]


def test_sudo_is_used_only_where_it_asks_nothing() -> None:
    with_sudo = plan_installation(machine(sudo=True), ["libegl1"])
    assert all(command[:2] == ["sudo", "-n"] for command in with_sudo.commands)
    without = plan_installation(machine(), ["libegl1", "libgl1"])
    assert without.commands == []
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends libegl1 libgl1'" in without.advice


def test_without_rights_the_setup_stops_and_names_the_command() -> None:
    with pytest.raises(SetupFailed, match="apt-get install -y --no-install-recommends libegl1"):
        bootstrap.install_system_packages(machine(libraries=FULL.libraries - {"libEGL.so.1"}), compiler=False)


def test_a_linux_without_apt_and_a_mac_without_compiler_are_told_what_to_do() -> None:
    assert "libegl1" in plan_installation(machine(programs=frozenset()), ["libegl1"]).advice
    mac = machine(system="Darwin", programs=frozenset(), libraries=frozenset())
    assert missing_packages(mac, compiler=True) == []
    assert "xcode-select --install" in compiler_advice(mac)
    assert compiler_advice(FULL) == ""


def test_an_old_python_is_refused_with_a_way_out() -> None:
    with pytest.raises(SetupFailed, match=r"3\.11.*PYTHON="):
        bootstrap.set_up(machine(python=(3, 9)), testing=False)


@pytest.mark.parametrize(
    ("changes", "environment", "backend"),
    [
        ({}, {}, "none"),
        ({"nvidia": True}, {}, "none"),
        ({"nvidia": True, "programs": frozenset({"nvcc"})}, {}, "cuda"),
        ({"programs": frozenset({"nvcc"})}, {}, "none"),
        ({"system": "Darwin", "architecture": "arm64"}, {}, "metal"),
        ({"nvidia": True, "programs": frozenset({"nvcc"})}, {"GPU": "none"}, "none"),
        ({}, {"GPU": "Vulkan"}, "vulkan"),
    ],
)
def test_the_backend_is_what_the_machine_has_or_the_person_wants(changes, environment, backend) -> None:
    assert llama.plan_build(machine(**changes), REQUIREMENT, environment).backend == backend


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(SetupFailed, match="cuda, vulkan, metal, none"):
        llama.plan_build(FULL, REQUIREMENT, {"GPU": "abacus"})


def test_an_unused_card_is_mentioned() -> None:
    card = machine(nvidia=True)
    assert "GPU=cuda" in llama.hint(card, llama.plan_build(card, REQUIREMENT, {}))
    assert llama.hint(FULL, llama.plan_build(FULL, REQUIREMENT, {})) == ""


def test_the_cache_key_changes_with_whatever_changes_the_wheel() -> None:
    plain = llama.plan_build(FULL, REQUIREMENT, {})
    others = [
        llama.plan_build(FULL, REQUIREMENT, {"GPU": "cuda"}),
        llama.plan_build(FULL, REQUIREMENT, {"NATIVE": "on"}),
        llama.plan_build(FULL, REQUIREMENT.replace("0.3.36", "0.3.37"), {}),
        llama.plan_build(machine(architecture="aarch64"), REQUIREMENT, {}),
    ]
    keys = [build.key for build in [plain, *others]]
    assert len(set(keys)) == len(keys)
    # A portable wheel serves every processor of the kind; a native one does not.
    elsewhere = machine(processor="ffff0000")
    assert llama.plan_build(elsewhere, REQUIREMENT, {}).key == plain.key
    native = llama.plan_build(FULL, REQUIREMENT, {"NATIVE": "on"})
    assert llama.plan_build(elsewhere, REQUIREMENT, {"NATIVE": "on"}).key != native.key


def fake_python(folder: Path, script: str) -> Path:
    file = folder / "python"
    file.write_text(f"#!{sys.executable}\nimport os, pathlib, sys\n{script}")
    file.chmod(0o755)
    return file


def test_a_built_wheel_is_kept_and_found_again(tmp_path: Path) -> None:
    python = fake_python(
        tmp_path,
        "folder = pathlib.Path(sys.argv[sys.argv.index('--wheel-dir') + 1])\n"
        "folder.mkdir()\n"
        "(folder / 'llama_cpp_python-0.3.36-py3-none-any.whl').write_text(os.environ['CMAKE_ARGS'])\n",
    )
    build = llama.plan_build(FULL, REQUIREMENT, {})
    cache = tmp_path / "cache"
    assert llama.cached_wheel(build, cache) is None
    wheel = llama.build_wheel(build, python, cache)
    assert llama.cached_wheel(build, cache) == wheel
    assert "-DGGML_NATIVE=OFF" in wheel.read_text()
    assert [folder.name for folder in cache.iterdir()] == [build.key]


def test_a_failed_build_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    python = fake_python(tmp_path, "print('ninja: build stopped')\nsys.exit(1)\n")
    build = llama.plan_build(FULL, REQUIREMENT, {})
    with pytest.raises(SetupFailed, match=r"(?s)ninja: build stopped.*could not be built"):
        llama.build_wheel(build, python, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_stamps_survive_and_a_broken_file_counts_as_nothing_done(tmp_path: Path) -> None:
    file = tmp_path / "stamps.json"
    Stamps(file).mark("torch", "cpu")
    assert Stamps(file).done("torch", "cpu")
    assert not Stamps(file).done("torch", "cuda")
    file.write_text('{"torch": ')
    assert not Stamps(file).done("torch", "cpu")


def test_a_step_that_failed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    (project / "packaging" / "locks").mkdir(parents=True)
    (project / "packaging" / "locks" / "llama-cpp-python.txt").write_text(f"# made\n{REQUIREMENT}\n")
    (project / "requirements.lock").write_text("one==1\n")
    (project / "pyproject.toml").write_text("")
    environment = Environment(project, FULL, {}, tmp_path / "cache")
    done: list[str] = []
    monkeypatch.setattr(Environment, "_make", lambda self: (project / ".venv").mkdir(exist_ok=True))
    monkeypatch.setattr(Environment, "_install", lambda self, file: done.append(file.name))
    monkeypatch.setattr(Environment, "_install_project", lambda self: done.append("project"))
    monkeypatch.setattr(Environment, "_install_llama", lambda self, build: done.append(build.backend))

    def no_network(self: Environment) -> None:
        raise SetupFailed("no network")

    monkeypatch.setattr(Environment, "_install_torch", no_network)
    with pytest.raises(SetupFailed):
        environment.prepare(development=False)
    assert done == ["requirements.lock", "none"]
    monkeypatch.setattr(Environment, "_install_torch", lambda self: done.append("torch"))
    environment.prepare(development=False)
    assert done == ["requirements.lock", "none", "torch", "project"]
    environment.prepare(development=False)
    assert len(done) == 4
    (project / "requirements.lock").write_text("one==2\n")
    environment.prepare(development=False)
    assert done[4:] == ["requirements.lock"]


def test_a_failing_command_tells_its_last_words() -> None:
    with pytest.raises(SetupFailed, match=r"(?s)the reason.*It failed"):
        shell.run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], "It failed.", quiet=True)


def test_without_a_display_the_demo_runs_instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "hand_over", lambda _machine, command: started.append(command) or 0)
    environment = Environment(tmp_path, FULL, {}, tmp_path)
    bootstrap.start(environment, machine(display=False))
    assert "no display" in capsys.readouterr().out
    bootstrap.start(environment, FULL)
    program = str(tmp_path / ".venv" / "bin" / "chartside")
    assert started == [[program, "demo"], [program]]


LOCK_FILES = [
    "requirements.lock",
    "requirements-dev.lock",
    "packaging/locks/uv.txt",
    "packaging/locks/llama-cpp-python.txt",
]


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_locked_package_is_pinned_with_hashes_and_none_is_cuda(name: str) -> None:
    packages = lock.blocks((ROOT / name).read_text())
    assert packages
    for package in packages:
        first, *rest = package.splitlines()
        assert re.match(r"[a-z0-9.-]+==[^ ]+ ", first), first
        assert any("--hash=sha256:" in line for line in rest), first
        assert not re.match(r"(torch|triton|nvidia-|cuda-)", first), first


def test_every_direct_dependency_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {
        package.split("==")[0]
        for file in [*ROOT.glob("requirements*.lock"), *(ROOT / "packaging" / "locks").glob("*.txt")]
        for package in lock.blocks(file.read_text())
    }
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[<>=!~ ;\[]", each)[0].lower().replace("_", "-") for each in wanted}
    assert names <= locked


def test_only_bare_pins_are_fed_back_to_the_next_resolution(tmp_path: Path) -> None:
    file, other = tmp_path / "some.lock", tmp_path / "other.lock"
    assert lock.known_pins([file]) == ""
    file.write_text("# made\none==1 ; os_name == 'nt' \\\n    --hash=sha256:00\ntwo==2 \\\n    --hash=sha256:11\n")
    assert lock.known_pins([file]) == "one==1\ntwo==2\n"
    other.write_text("three==3 ; python_version < '3.12'\nthree==4 ; python_version >= '3.12'\n")
    assert lock.known_pins([file, other]) == "one==1\ntwo==2\n"


def test_no_lock_names_an_address() -> None:
    for file in [*ROOT.glob("requirements*.lock"), *(ROOT / "packaging" / "locks").glob("*.txt")]:
        assert "://" not in file.read_text(), file


def test_make_lists_its_targets_and_the_bootstrap_explains_itself() -> None:
    listing = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[0] for line in listing.splitlines()} >= {
        "run",
        "test",
        "bench",
        "screenshots",
        "lint",
        "clean",
    }
    command = [sys.executable, "packaging/bootstrap.py", "fly"]
    wrong = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "run | test | prepare" in wrong.stdout


@pytest.mark.parametrize("failing", ["", "integration", "others"])
def test_both_halves_of_the_tests_are_run_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], failing: str
) -> None:
    script = tmp_path / "pretend.py"
    script.write_text(
        "import sys\n"
        "half = 'others' if 'tests' in sys.argv else 'integration'\n"
        "print(half, *sys.argv[1:])\n"
        f"sys.exit(1 if half == {failing!r} else 0)\n"
    )
    status = bootstrap.run_tests([sys.executable, str(script)], {})
    assert status == (1 if failing else 0)
    assert sorted(capfdbinary.readouterr().out.decode().splitlines()) == [
        "integration tests/integration tests/packaging",
        "others tests --ignore=tests/integration --ignore=tests/packaging",
    ]
