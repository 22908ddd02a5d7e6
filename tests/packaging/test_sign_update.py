"""The tools that a maintainer signs updates with, as they are run."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from engine.installation import Installation
from engine.updates.keys import PinnedKeys
from engine.updates.service import Updates
from tests.engine.updates.conftest import NEW, OLD, SYSTEM, make_bundle

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def run(script: str, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, PACKAGING / script, *words], capture_output=True, text=True, check=check)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    run("update_key.py", "test", "--out", tmp_path / "keys", "--no-passphrase")
    return tmp_path / "keys"


def test_a_bundle_becomes_a_file_that_an_installation_takes(tmp_path: Path, keys: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Faster.\n")
    bundle = make_bundle(tmp_path / "bundle", NEW)
    words = ("--key", keys / "test.private.pem", "--notes", notes, "--preset", "0", "--out", tmp_path / "dist")
    said = run("sign_update.py", bundle, *words).stdout
    (file,) = (tmp_path / "dist").iterdir()
    assert file.name == f"chartside-{NEW}-linux-x86_64.chartside-update"
    assert file.name in said
    installation = Installation.at(make_bundle(tmp_path / "prefix" / "versions" / OLD, OLD))
    info = Updates(installation, PinnedKeys.shipped(keys), SYSTEM).inspect(file) if _without_private(keys) else None
    assert info is not None
    assert (info.version, info.notes) == (NEW, "Faster.")
    # The same again, from the packed bundle that "make installer" leaves.
    packed = tmp_path / "chartside.tar.xz"
    with tarfile.open(packed, "w:xz", preset=0) as tar:
        tar.add(bundle, f"chartside-{NEW}")
    first = file.read_bytes()
    (tmp_path / "test.private.pem").rename(keys / "test.private.pem")
    run("sign_update.py", packed, *words)
    assert file.read_bytes() == first
    assert [each.name for each in (tmp_path / "dist").iterdir()] == [file.name]


def _without_private(keys: Path) -> bool:
    """A build gets the public key alone."""
    (keys / "test.private.pem").rename(keys.parent / "test.private.pem")
    return True


def test_the_key_of_a_gpu_build_is_in_the_name(tmp_path: Path, keys: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle", NEW, gpu="cuda")
    run("sign_update.py", bundle, "--key", keys / "test.private.pem", "--preset", "0", "--out", tmp_path / "dist")
    assert [each.name for each in (tmp_path / "dist").iterdir()] == [
        f"chartside-{NEW}-linux-x86_64-cuda.chartside-update"
    ]


@pytest.mark.parametrize("broken", ["no BUILD.json", "odd version", "public key"])
def test_what_cannot_be_signed_leaves_nothing(tmp_path: Path, keys: Path, broken: str) -> None:
    bundle = make_bundle(tmp_path / "bundle", NEW)
    key = keys / "test.private.pem"
    if broken == "no BUILD.json":
        (bundle / "BUILD.json").unlink()
    elif broken == "odd version":
        told = json.loads((bundle / "BUILD.json").read_text())
        (bundle / "BUILD.json").write_text(json.dumps(told | {"version": "1.0-beta"}))
    else:
        key = keys / "test.pem"
    done = run("sign_update.py", bundle, "--key", key, "--preset", "0", "--out", tmp_path / "dist", check=False)
    assert done.returncode != 0
    assert not (tmp_path / "dist").exists() or list((tmp_path / "dist").iterdir()) == []
