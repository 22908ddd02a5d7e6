"""The frozen program takes a signed update file, starts the new version, and goes back when that one fails.

Skipped unless a bundle is there, as test_bundle.py. It is copied by hard links: what is changed here is written anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.installation import Installation
from tests.packaging.test_bundle import BUNDLE

LAUNCHER = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "launcher.sh"
NEXT = "99.0.0"
# Says its version, as it must to be put in, and dies when it should open its window.
BROKEN = '#!/bin/sh\n[ "$1" = --version ] && exec echo "chartside 99.0.0"\nexit 1\n'
WINDOW_S = 120.0

pytestmark = [
    pytest.mark.skipif(not (BUNDLE / "chartside").exists(), reason="no bundle is built: run make installer"),
    pytest.mark.skipif(sys.platform != "linux", reason="update files are for Linux"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]


@dataclass
class Site:
    """An installation of the bundle with a key of its own, and a home for its person."""

    folder: Path
    key: Ed25519PrivateKey

    @property
    def prefix(self) -> Path:
        return self.folder / "opt" / "chartside"

    @property
    def current(self) -> str:
        return (self.prefix / "current").readlink().name

    @property
    def environment(self) -> dict[str, str]:
        home = str(self.folder)
        return {"HOME": home, "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [self.prefix / "bin" / "chartside", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=300)

    def window(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([self.prefix / "bin" / "chartside"], env=self.environment, stderr=subprocess.DEVNULL)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    from update_key import write_pair

    made = Site(tmp_path, Ed25519PrivateKey.generate())
    version = json.loads((BUNDLE / "BUILD.json").read_text())["version"]
    folder = made.prefix / "versions" / version
    copy_linked(BUNDLE, folder)
    keys = folder / "_internal" / "resources" / "update_keys"
    shutil.rmtree(keys, ignore_errors=True)
    keys.mkdir(parents=True)
    (tmp_path / "pair").mkdir()
    shutil.move(write_pair(made.key, tmp_path / "pair", "test", None), keys / "test.pem")
    (made.prefix / "current").symlink_to(f"versions/{version}")
    (made.prefix / "installation.json").write_text('{"kind": "run"}')
    (made.prefix / "bin").mkdir()
    shutil.copy2(LAUNCHER, made.prefix / "bin" / "chartside")
    return made


def copy_linked(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(source, target, symlinks=True, copy_function=os.link)
    except OSError:  # another disk
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)


def update(site: Site, program: str | None = None) -> Path:
    """A signed update file of the same bundle under a higher number.

    program: a script that stands in the program's place, alone; packing the real one takes minutes.
    """
    from sign_update import make

    folder = site.folder / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    now = site.prefix / "versions" / site.current
    if program is not None:
        folder.mkdir()
    else:
        copy_linked(now, folder)
        # The real one, but for the number that it says: that is frozen into it.
        (folder / "chartside").rename(folder / "chartside-real")
        program = (
            f'#!/bin/sh\n[ "$1" = --version ] && exec echo "chartside {NEXT}"\nexec "${{0%/*}}/chartside-real" "$@"\n'
        )
    (folder / "BUILD.json").unlink(missing_ok=True)
    (folder / "BUILD.json").write_text(json.dumps(json.loads((now / "BUILD.json").read_text()) | {"version": NEXT}))
    (folder / "chartside").unlink(missing_ok=True)
    (folder / "chartside").write_text(program)
    (folder / "chartside").chmod(0o755)
    installation = Installation.at(folder)
    assert installation is not None
    out = site.folder / "files"
    out.mkdir(exist_ok=True)
    return make(folder, installation.build, site.key, out, preset=0)


def until(condition: object, what: str) -> None:
    end = time.monotonic() + WINDOW_S
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_an_update_is_taken_and_its_window_ends_the_trial(site: Site) -> None:
    before = site.current
    file = update(site)
    checked = site.run("update", "check", file)
    assert checked.returncode == 0, checked.stderr
    assert f"Version {NEXT}" in checked.stdout
    done = site.run("update", "install", file)
    assert done.returncode == 0, done.stderr
    assert (site.current, (site.prefix / "previous").readlink().name) == (NEXT, before)
    pending = site.prefix / "pending-start"
    assert pending.exists()
    window = site.window()
    try:
        until(lambda: not pending.exists(), "the window did not report a good start")
        assert Path(f"/proc/{window.pid}/exe").readlink() == site.prefix / "versions" / NEXT / "chartside-real"
    finally:
        for process in [psutil.Process(window.pid), *psutil.Process(window.pid).children(recursive=True)]:
            process.kill()
        window.wait()
    assert site.run("update", "--roll-back").returncode == 0
    assert site.current == before


def test_a_version_whose_window_does_not_open_is_gone_back_from(site: Site) -> None:
    before = site.current
    done = site.run("update", "install", update(site, BROKEN))
    assert done.returncode == 0, done.stderr
    assert [site.run().returncode for _start in range(2)] == [1, 1]
    third = site.run("--version")
    assert third.stdout.strip() == f"chartside {before}"
    assert site.current == before
    assert not (site.prefix / "pending-start").exists()


def test_a_forged_file_is_refused_by_the_real_program(site: Site) -> None:
    file = update(site, BROKEN)
    content = bytearray(file.read_bytes())
    content[600] ^= 1
    file.write_bytes(content)
    done = site.run("update", "install", file)
    assert done.returncode == 3
    assert "signature of this update is wrong" in done.stderr
    assert "Nothing was changed." in done.stderr
    other = update(Site(site.folder, Ed25519PrivateKey.generate()), BROKEN)
    assert "does not know" in site.run("update", "check", other).stderr
