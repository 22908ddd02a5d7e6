"""The installer test's own parts: its eyes, its record of sockets, and the package of a higher version."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from bundle.build import BuildInfo, write_build_info
from installer import prefix_tree
from installer_test import cleanroom, watch
from installer_test.desk import Word, best_match
from installer_test.upgrade import depends, next_version, raise_version
from linux.deb import Deb

from tests.packaging.linux.conftest import EPOCH, make_bundle
from tests.packaging.tools import output, program


def words(*lines: str) -> list[Word]:
    return [Word(line, number, number) for number, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("Choose a passphrase", "Welcome.Choose a passphrase."),
        ("1 supported", "1 sentence: ● 1 supported · about 2 minutes"),
        ("Anaphylaxis protocol", "Anaphylaxis protocoI.pdf, p. 2"),
    ],
)
def test_a_line_is_found_as_recognition_reads_it(wanted: str, line: str) -> None:
    found = best_match(wanted, words("Chartside", line, "Settings"))
    assert found is not None
    assert found.text == line


@pytest.mark.parametrize("wanted", ["2 supported", "Begin", "12 documents added"])
def test_what_is_not_there_is_not_found(wanted: str) -> None:
    assert best_match(wanted, words("1 sentence: 1 supported", "Be in time", "2 documents were added", "x")) is None


def test_the_line_with_the_least_beside_it_is_taken() -> None:
    found = best_match("Begin", words("Begin here and read on", "Begin"))
    assert found is not None
    assert found.text == "Begin"


def test_the_record_tells_internet_sockets_from_others(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text(
        "10 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3\n"
        '10 connect(3, {sa_family=AF_UNIX, sun_path="/x"}, 10) = 0\n'
        "11 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 4\n"
        '11 connect(4, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1\n'
        "12 socket(AF_INET6, SOCK_DGRAM, 0) = 5\n12 socket(AF_NETLINK, SOCK_RAW, 0) = 6\n"
    )
    assert len(watch.internet_calls(record)) == 3
    assert watch.calls(record) == 6


def test_a_planted_connection_shows_in_a_real_record(tmp_path: Path) -> None:
    """To loopback here, where nobody listens: the record cares for the kind of socket, not for the address."""
    program("strace")
    record = tmp_path / "record"
    plant = "exec 3<>/dev/tcp/127.0.0.1/9"
    subprocess.run([*watch.recorder(record), "bash", "-c", plant], check=False, capture_output=True, timeout=60)
    if not record.exists() or not watch.calls(record):
        pytest.skip("strace may not trace here")
    assert any("AF_INET" in line for line in watch.internet_calls(record))
    subprocess.run([*watch.recorder(record), "true"], check=True, timeout=60)
    assert watch.internet_calls(record) == []


def test_the_next_version_is_higher() -> None:
    assert next_version("0.1.0") == "0.1.1"
    assert next_version("1.2.9") == "1.2.10"


def test_a_higher_version_is_made_of_a_package(tmp_path: Path) -> None:
    program("dpkg-deb")
    program("readelf")
    info = BuildInfo("1.0.0", "linux-x86_64", "full", "none", "abc", EPOCH)
    bundle = make_bundle(tmp_path / "bundle", "1.0.0")
    write_build_info(bundle, info)
    tree = prefix_tree(tmp_path / "prefix", bundle, None, info, kind="deb")
    deb = Deb("1.0.0", tree, tmp_path / "deb", EPOCH).write(tmp_path / "a.deb")
    assert depends(deb)[0] == "libc6"
    higher = raise_version(deb, "1.0.1", tmp_path)
    assert output("dpkg-deb", "-f", higher, "Version") == "1.0.1\n"
    unpacked = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "-R", higher, unpacked], check=True)
    assert json.loads((unpacked / "opt/chartside/versions/1.0.1/BUILD.json").read_text())["version"] == "1.0.1"
    assert "version=1.0.1\n" in (unpacked / "DEBIAN/postinst").read_text()


def test_the_room_has_no_network_and_ends_with_everything_in_it(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("busybox") is None:
        pytest.skip("a room is closed by root, and filled with busybox here")
    base = tmp_path / "base"
    for name in ("bin", "dev", "proc", "root", "etc", "home/nurse"):
        (base / name).mkdir(parents=True)
    shutil.copy(program("busybox"), base / "bin" / "busybox")
    for name in ("sh", "env", "cat", "sleep", "ls"):
        (base / "bin" / name).symlink_to("busybox")
    subprocess.run(["tar", "-C", base, "-cf", tmp_path / "base.tar", "."], check=True)
    try:
        with cleanroom.Room.open(tmp_path / "base.tar", tmp_path / "room") as room:
            devices = [line.split(":")[0].strip() for line in room.run("cat", "/proc/net/dev").splitlines()[2:]]
            running = room.start("sleep", "600")
            assert running.poll() is None
    except AssertionError as error:
        if "not allowed here" in str(error):
            pytest.skip(str(error))
        raise
    assert devices == ["lo"]
    assert running.wait(10) != 0
    assert not (tmp_path / "room").exists()
