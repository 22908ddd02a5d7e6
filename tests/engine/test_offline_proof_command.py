"""chartside doctor --offline-proof: its words, its JSON and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from engine.commands.offline_proof import report
from engine.proof.messages import Planted
from engine.proof.proof import Proof, Sighting

CONTROL = Sighting(
    steps=[],
    processes=2,
    looks=12,
    seconds=0.8,
    sockets={"IPv4": 1, "IPv6": 0, "local": 2},
    open_sockets=["chartside: udp 192.0.2.1:9"],
    destinations={"192.0.2.1:443 (tcp)": 1},
    packets_inside=1,
    names=["planted.chartside.invalid"],
    planted=[Planted("192.0.2.1", 443, "tcp", sent=True)],
)
SESSION = Sighting(
    steps=["made a new encrypted workspace", "imported 12 sample documents, 18 pages"],
    processes=5,
    looks=648,
    seconds=58.2,
    sockets={"IPv4": 0, "IPv6": 0, "local": 11},
    open_sockets=[],
    destinations={},
    packets_inside=0,
)
PROVEN = Proof(True, "", CONTROL, [], SESSION)


def words(proof: Proof) -> str:
    return " ".join(" ".join(report(proof)).split())


def test_proof_says_what_was_done_how_and_what_was_seen():
    text = words(PROVEN)
    for said in (
        "The watch saw it all: – 1 packet to 192.0.2.1:443 (tcp)",
        "– a question for the name planted.chartside.invalid",
        "– imported 12 sample documents, 18 pages",
        "all its 5 processes were looked at 648 times in 58 seconds",
        "0 packets to other computers",
        "0 sockets for the internet, IPv4",
        "11 sockets between the parts of Chartside",
        "Result: nothing left this computer, and nothing tried to.",
        "download a model that somebody chose by name",
    ):
        assert said in text


def test_weaker_method_claims_less():
    control = structs.replace(CONTROL, destinations=None, packets_inside=None, names=[])
    session = structs.replace(SESSION, destinations=None, packets_inside=None)
    text = words(Proof(False, "the system does not allow it", control, [], session))
    assert "opened a socket to another computer, through which it sent nothing" in text
    assert "was not possible: the system does not allow it. On Linux an administrator can run it (sudo)." in text
    assert "packets to" not in text
    assert "nothing tried to" not in text
    assert "Result: no connection to another computer was seen." in text


def test_attempt_is_named():
    session = structs.replace(SESSION, destinations={"203.0.113.7:443 (tcp)": 2}, names=["updates.example"])
    text = words(structs.replace(PROVEN, session=session))
    assert "2 packets to other computers" in text
    assert "▲ 203.0.113.7:443 (tcp) ▲ updates.example" in text
    assert "Result: something tried to reach another computer." in text
    assert "download a model" not in text


def test_watch_that_failed_its_test_proves_nothing():
    text = words(Proof(True, "", CONTROL, ["[2001:db8::1]:443 (tcp)"], None))
    assert "The watch did not see: [2001:db8::1]:443 (tcp)" in text
    assert "Result: not shown." in text
    assert "nothing left" not in text


@pytest.mark.parametrize(
    ("proof", "proven"),
    [
        (PROVEN, True),
        (structs.replace(PROVEN, session=None), False),
        (structs.replace(PROVEN, missed=["x"]), False),
        (structs.replace(PROVEN, session=structs.replace(SESSION, open_sockets=["x"])), False),
        (structs.replace(PROVEN, session=structs.replace(SESSION, names=["x"])), False),
        (structs.replace(PROVEN, session=structs.replace(SESSION, destinations={"x": 1})), False),
        (structs.replace(PROVEN, session=structs.replace(SESSION, packets_lost=1)), False),
    ],
)
def test_what_counts_as_proven(proof, proven):
    assert proof.proven is proven


def test_command_line(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "app", "--data", str(tmp_path / "data"), "--json", "doctor", "--offline-proof"],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env=os.environ | {"CHARTSIDE_MODELS": str(tmp_path / "models")},
    )
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert proof["proven"] is True
    assert proof["session"]["sockets"]["IPv4"] == proof["session"]["sockets"]["IPv6"] == 0
    assert "imported 12 sample documents" in done.stderr
    assert not (tmp_path / "data").exists()
