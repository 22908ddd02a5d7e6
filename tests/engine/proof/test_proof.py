"""The proof as a whole: real processes, a real empty network where this system allows one, attempts that are caught."""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine.errors import UserError
from engine.library.outcome import AddResult
from engine.paths import Paths
from engine.proof import script, senses
from engine.proof.messages import Ready, decode
from engine.proof.proof import OfflineProof
from engine.proof.script import NOBODYS_NAME, NOWHERE, run
from engine.types import DocumentInfo, DocumentState, DocumentText

from . import entries


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture(scope="session")
def sealing() -> None:
    """Skips where this system gives no process a network of its own."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=True)
    process = multiprocessing.get_context("spawn").Process(target=run, args=(theirs, True))
    process.start()
    theirs.close()
    ready = decode(ours.recv_bytes())
    ours.close()
    process.join()
    assert isinstance(ready, Ready)
    if not ready.sealed:
        pytest.skip(ready.reason)


@pytest.fixture(autouse=True)
def _nothing_stays_behind(tmp_path, monkeypatch):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    left = [each for each in psutil.Process().children(recursive=True) if each.pid not in before]
    assert [each for each in left if "resource_tracker" not in " ".join(each.cmdline())] == []
    assert list(scratch.iterdir()) == []


def test_sealed_control_is_caught_in_every_way(sealing, paths):
    proof = OfflineProof(paths, entry=entries.quiet).run()
    assert proof.sealed
    assert proof.missed == []
    assert {f"{NOWHERE}:443 (tcp)", "192.0.2.53:53 (udp)"} <= set(proof.control.destinations or {})
    assert proof.control.names == [NOBODYS_NAME]
    assert len(proof.control.open_sockets) == 1
    assert proof.control.open_sockets[0].endswith(f"udp {NOWHERE}:9")
    assert not proof.control.clean
    assert proof.session is not None
    assert proof.session.steps == ["did nothing"]
    assert proof.proven


def test_without_a_network_of_its_own_sockets_are_watched_and_nothing_is_sent(paths):
    proof = OfflineProof(paths, entry=entries.quiet, seal=False).run()
    assert not proof.sealed
    assert proof.missed == []
    assert [planted.sent for planted in proof.control.planted] == [False]
    assert proof.control.destinations is None
    assert proof.proven


def test_system_that_refuses_says_why_and_the_proof_goes_on(paths):
    proof = OfflineProof(paths, entry=entries.refused).run()
    assert not proof.sealed
    assert proof.reason == "the system does not allow it: Operation not permitted"
    assert proof.proven


def test_one_hasty_attempt_is_caught(sealing, paths):
    """It lasts for less than the time between two looks at the sockets: the packet gives it away."""
    proof = OfflineProof(paths, entry=entries.leaky).run()
    assert not proof.proven
    assert proof.session is not None
    assert proof.session.destinations == {f"{NOWHERE}:443 (tcp)": 1}


@pytest.mark.parametrize("seal", [True, False])
def test_open_port_is_caught(sealing, paths, seal):
    proof = OfflineProof(paths, entry=entries.listening, seal=seal).run()
    assert not proof.proven
    assert proof.session is not None
    (seen,) = proof.session.open_sockets
    assert "tcp open at 0.0.0.0:" in seen


def test_talk_inside_the_computer_is_counted_and_allowed(sealing, paths):
    proof = OfflineProof(paths, entry=entries.talking_to_itself).run()
    assert proof.session is not None
    assert proof.session.packets_inside
    assert proof.session.sockets["IPv4"] >= 2
    assert proof.proven


@pytest.mark.parametrize("seal", [True, False])
def test_watch_that_does_not_see_proves_nothing(sealing, paths, seal):
    proof = OfflineProof(paths, entry=entries.blind, seal=seal).run()
    assert not proof.proven
    assert proof.session is None
    assert proof.missed


def test_failure_of_the_session_is_told_in_its_words(paths):
    with pytest.raises(UserError, match="not read in time"):
        OfflineProof(paths, entry=entries.failing, seal=False).run()


class StuckLibrary:
    """A library in which one of two documents does not get ready."""

    def add_samples(self) -> None: ...

    def wait(self, _limit: float) -> bool:
        return True

    def documents(self) -> list[DocumentInfo]:
        return [
            DocumentInfo(id=1, name="a", kind="pdf", sha256="", size=1, state=state, added_at="")
            for state in (DocumentState.READY, DocumentState.INDEXING)
        ]


def test_session_in_which_a_part_did_not_work_proves_nothing():
    """Seen with a bundle that lacked a file: the embedder could not start, and nothing was sent."""
    workspace = SimpleNamespace(library=StuckLibrary())
    with pytest.raises(UserError, match="Only 1 of 2 sample documents"):
        script._use(workspace, lambda _text: None)


class BlindLibrary:
    """A library that takes a picture and finds no words on it."""

    def add(self, paths: list[Path]) -> AddResult:
        assert all(path.exists() for path in paths)
        return AddResult(added=[1])

    def wait(self, _limit: float) -> bool:
        return True

    def text(self, _document_id: int) -> DocumentText:
        return DocumentText("", [], [], [], "", paged=False)


def test_scan_that_is_not_recognised_proves_nothing(tmp_path):
    workspace = SimpleNamespace(library=BlindLibrary())
    with pytest.raises(UserError, match="not recognised"):
        senses.read_scan(workspace, tmp_path, lambda _text: None)


def test_process_that_dies_is_told(paths):
    with pytest.raises(UserError, match="ended unexpectedly"):
        OfflineProof(paths, entry=entries.dying, seal=False).run()


def test_real_session_without_models_is_proven(sealing, paths):
    told: list[str] = []
    proof = OfflineProof(paths).run(told.append)
    assert proof.proven
    assert proof.session is not None
    assert told == proof.session.steps
    assert told[1:3] == ["imported 12 sample documents, 18 pages", "read a scanned page by text recognition"]
    assert "listened to nothing: no speech model is installed" in told
    assert told[-1] == "unlocked it again: 13 documents are there"
    assert proof.session.processes >= 2
    assert proof.session.sockets["local"] >= 2
    assert not paths.data.exists()


@pytest.mark.model
def test_real_session_listens_where_speech_can_be_understood(sealing, paths, models_dir):
    speech = paths.models / "whisper-base"
    speech.parent.mkdir(parents=True)
    speech.symlink_to(models_dir / "whisper-base")
    told: list[str] = []
    proof = OfflineProof(paths).run(told.append)
    assert proof.proven
    (heard,) = [step for step in told if step.startswith("listened")]
    assert "what brings you in today" in heard.lower()
