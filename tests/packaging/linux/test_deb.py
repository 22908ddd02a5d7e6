"""The Debian package: what it holds, what its scripts do, and that the same input gives the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from bundle.build import BuildInfo
from installer import prefix_tree
from linux.deb import SCRIPTS, Deb

from tests.packaging.linux.conftest import EPOCH, make_bundle
from tests.packaging.tools import output, program


def build(folder: Path, version: str, models: Path | None = None) -> Path:
    program("dpkg-deb")
    program("readelf")
    folder.mkdir()
    info = BuildInfo(version, "linux-x86_64", "full", "none", "", EPOCH)
    tree = prefix_tree(folder / "prefix", make_bundle(folder / "bundle", version), models, info, kind="deb")
    return Deb(version, tree, folder / "deb", EPOCH).write(folder / f"chartside-{version}.deb")


def test_what_is_inside(tmp_path: Path, models: Path) -> None:
    listing = output("dpkg-deb", "--contents", build(tmp_path / "b", "1.0.0", models))
    for path in (
        "./opt/chartside/versions/1.0.0/chartside",
        "./opt/chartside/bin/chartside",
        "./opt/chartside/models/tiny/tiny.gguf",
        "./opt/chartside/installation.json",
        "./usr/bin/chartside -> /opt/chartside/bin/chartside",
        "./usr/share/applications/chartside.desktop",
        "./usr/share/man/man1/chartside.1.gz",
        "./usr/share/doc/chartside/copyright",
    ):
        assert path in listing
    assert "opt/chartside/current" not in listing  # the scripts make it: an update file may have moved it
    assert all(" root/root " in line for line in listing.splitlines())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, models: Path) -> None:
    first = build(tmp_path / "one", "1.0.0", models).read_bytes()
    time.sleep(1.1)
    assert build(tmp_path / "two", "1.0.0", models).read_bytes() == first


def test_the_control_file_is_whole(tmp_path: Path) -> None:
    fields = output("dpkg-deb", "--field", build(tmp_path / "b", "1.0.0"))
    for line in (
        "Package: chartside\n",
        "Version: 1.0.0\n",
        "Depends: libc6",
        "libportaudio2",
        "Description: Private assistant",
    ):
        assert line in fields


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "opt" / "chartside"
    for version in ("1.0.0", "1.1.0"):
        (folder / "versions" / version).mkdir(parents=True)
    return folder


def run_script(name: str, prefix: Path, version: str, *arguments: str) -> str:
    """Run a maintainer script with its prefix moved to where this test may write."""
    program("dpkg")
    text = (SCRIPTS / name).read_text().replace("@VERSION@", version)
    assert "prefix=/opt/chartside\n" in text
    script = prefix.parent.parent / name
    script.write_text(text.replace("prefix=/opt/chartside\n", f"prefix='{prefix}'\n"))
    return output("sh", script, *arguments)


def test_configuring_switches_to_the_new_version(prefix: Path) -> None:
    run_script("postinst", prefix, "1.0.0", "configure")
    assert (prefix / "current").readlink() == Path("versions/1.0.0")
    (prefix / "versions" / "1.1.0").mkdir()
    (prefix / "pending-start").write_text("1.0.0\n")
    run_script("postinst", prefix, "1.1.0", "configure", "1.0.0")
    assert (prefix / "current").readlink() == Path("versions/1.1.0")
    assert sorted(each.name for each in prefix.iterdir()) == ["current", "versions"]
    assert [each.name for each in (prefix / "versions").iterdir()] == ["1.1.0"]


def test_a_newer_version_from_an_update_file_stays(prefix: Path) -> None:
    (prefix / "current").symlink_to("versions/1.1.0")
    run_script("postinst", prefix, "1.0.0", "configure", "1.0.0")
    assert (prefix / "current").readlink() == Path("versions/1.1.0")
    assert (prefix / "versions" / "1.1.0").is_dir()


def test_a_link_that_leads_nowhere_is_put_right(prefix: Path) -> None:
    (prefix / "current").symlink_to("versions/9.0.0")
    run_script("postinst", prefix, "1.1.0", "configure", "1.0.0")
    assert (prefix / "current").readlink() == Path("versions/1.1.0")


def test_removing_takes_what_updates_left_and_tells_where_the_data_are(prefix: Path) -> None:
    run_script("postinst", prefix, "1.1.0", "configure")
    said = run_script("postrm", prefix, "1.1.0", "remove")
    assert "~/.local/share/chartside" in said
    assert not prefix.exists()


def test_removing_leaves_what_is_not_ours(prefix: Path) -> None:
    (prefix / "notes.txt").write_text("an administrator's")
    run_script("postrm", prefix, "1.1.0", "purge")
    assert (prefix / "notes.txt").exists()


def test_upgrading_removes_nothing(prefix: Path) -> None:
    run_script("postinst", prefix, "1.0.0", "configure")
    run_script("postrm", prefix, "1.0.0", "upgrade", "1.1.0")
    assert (prefix / "current").exists()


def test_dpkg_installs_upgrades_and_removes_it(tmp_path: Path) -> None:
    """With the real dpkg, into a folder of its own; its scripts are tried above, where no other root is needed."""
    if os.geteuid() != 0 or shutil.which("dpkg") is None:
        pytest.skip("dpkg installs for root only")
    root = tmp_path / "root"
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    (root / "var/lib/dpkg/status").touch()
    dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless", "--force-not-root"]
    old, new = build(tmp_path / "old", "1.0.0"), build(tmp_path / "new", "1.1.0")
    for package in (old, new):
        subprocess.run([*dpkg, "--unpack", package], check=True, capture_output=True)
    assert [each.name for each in (root / "opt/chartside/versions").iterdir()] == ["1.1.0"]
    assert (root / "usr/bin/chartside").is_symlink()
