"""Putting updates in, refusing them, and going back."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from filelock import FileLock
from msgspec.structs import replace

from engine.cancellation import Cancelled, CancelToken
from engine.errors import NotEnoughSpace
from engine.installation import Installation
from engine.types import UpdateProgress, UpdateStage
from engine.updates import payload, versions
from engine.updates.keys import PinnedKeys
from engine.updates.refusals import UpdateRefused
from engine.updates.service import Updates
from tests.engine.updates.conftest import NEW, OLD, SYSTEM, UNTOUCHED, UPDATED, Bench, make_bundle


def test_an_update_is_looked_at_without_a_change(bench: Bench) -> None:
    info = bench.updates.inspect(bench.update(notes="Faster."))
    assert (info.version, info.created, info.notes) == (NEW, "2026-09-21", "Faster.")
    assert info.size > 20_000
    assert bench.state() == UNTOUCHED


def test_an_update_is_put_in_beside_the_old_version(bench: Bench) -> None:
    saved: list[str] = []
    reports = bench.install(bench.update(), save_workspace=lambda: saved.append(str(bench.state())))
    assert bench.state() == UPDATED
    assert saved == [str({**UNTOUCHED, "versions": [f".{NEW}.partial", OLD]})]
    folder = bench.prefix / "current"
    assert json.loads((folder / "BUILD.json").read_text())["version"] == NEW
    assert (folder / "_internal" / "libQt6Core.so.6").readlink() == Path("PySide6/Qt/lib/libQt6Core.so.6")
    assert (folder / "_internal" / "libQt6Core.so.6").read_bytes().startswith(b"\x7fELF0.2.0")
    assert os.access(folder / "chartside", os.X_OK)
    assert not os.access(folder / "BUILD.json", os.X_OK)
    assert bench.installation.pending_start_file.read_text() == f"{NEW}\n"
    stages = list(dict.fromkeys(report.stage for report in reports))
    assert stages == list(UpdateStage)
    assert reports[0].total == reports[0].done > 0


def test_a_second_update_keeps_the_proven_version_to_go_back_to(bench: Bench) -> None:
    bench.install(bench.update())
    with pytest.raises(UpdateRefused, match="already installed"):
        bench.install(bench.update())
    # 0.2.0 was never started: the way back stays 0.1.0.
    bench.install(bench.update("0.3.0"))
    assert bench.state() == {"current": "0.3.0", "previous": OLD, "versions": [OLD, "0.3.0"], "trial": True}


def test_a_started_update_becomes_the_one_to_go_back_to(bench: Bench) -> None:
    bench.install(bench.update())
    started = Installation.at(bench.prefix / "versions" / NEW)
    assert started is not None
    started.report_started()
    bench.installation = started
    bench.install(bench.update("0.3.0"))
    assert bench.state() == {"current": "0.3.0", "previous": NEW, "versions": [NEW, "0.3.0"], "trial": True}


def test_going_back(bench: Bench) -> None:
    with pytest.raises(UpdateRefused, match="no earlier version"):
        bench.updates.roll_back()
    bench.install(bench.update())
    assert (bench.updates.copy().previous, bench.updates.copy().waiting) == (OLD, NEW)
    assert bench.updates.roll_back() == OLD
    assert (bench.updates.copy().previous, bench.updates.copy().waiting) == ("", "")
    assert bench.state() == {**UNTOUCHED, "versions": [OLD, NEW]}
    # It may be put in once more.
    bench.install(bench.update())
    assert bench.state() == UPDATED


def _flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_refused_for_what_it_is(bench: Bench) -> None:
    stranger = Ed25519PrivateKey.generate()
    cases = {
        "older than the installed": bench.update("0.0.9"),
        "already installed": bench.update(OLD),
        "another kind of computer": bench.update("0.2.1", platform="windows-x86_64"),
        "build for cuda": bench.update("0.2.2", gpu="cuda"),
        "whom this copy of Chartside does not know": bench.update("0.2.3", key=stranger),
        "cannot be put over version 0.1.0": bench.update("0.3.0", updates_from="0.2.0"),
    }
    for sentence, file in cases.items():
        for act in (bench.updates.inspect, bench.install):
            with pytest.raises(UpdateRefused, match=sentence) as refused:
                act(file)
            assert refused.value.advice
    assert bench.state() == UNTOUCHED


def test_every_cut_is_refused(bench: Bench) -> None:
    file = bench.update()
    whole = file.read_bytes()
    for length in (1, 511, 512, 700, 1024, 1536, 2000, 3000, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(UpdateRefused, match=r"not complete|not a Chartside update"):
            bench.install(file)
    file.write_bytes(b"")
    with pytest.raises(UpdateRefused, match="not a Chartside update"):
        bench.install(file)
    file.write_bytes(whole + bytes(10240))
    with pytest.raises(UpdateRefused, match="damaged"):
        bench.install(file)
    assert bench.state() == UNTOUCHED


def test_every_changed_byte_is_refused(bench: Bench) -> None:
    file = bench.update()
    whole = file.read_bytes()
    first = whole.index(b"bundle.tar.xz", whole.index(b"update.json.sig"))
    seen = set()
    # Every part of what is read before the signature, and samples of the payload.
    for at in [*range(512, first, 7), *range(first + 512, len(whole) - 10240, 301)]:
        if whole[at] == 0 and at < first:
            continue  # padding
        _flip(file, at)
        with pytest.raises(UpdateRefused) as refused:
            bench.install(file)
        seen.add(refused.value.message.split(":")[0].split(".")[0])
        file.write_bytes(whole)
    assert {"The signature of this update is wrong", "The update file is damaged"} <= seen
    assert bench.state() == UNTOUCHED


def test_nothing_is_decoded_before_the_signature_fits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bench.update()
    monkeypatch.setattr("engine.updates.container.decode", lambda _content: pytest.fail("decoded"))
    monkeypatch.setattr(payload, "_members", lambda _payload: pytest.fail("unpacked"))
    _flip(file, 600)
    with pytest.raises(UpdateRefused, match="signature"):
        bench.install(file)


def test_a_changed_payload_is_never_unpacked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bench.update()
    monkeypatch.setattr(payload, "_members", lambda _payload: pytest.fail("unpacked"))
    _flip(file, file.read_bytes().index(b"\xfd7zXZ") + 5000)
    with pytest.raises(UpdateRefused, match="damaged"):
        bench.install(file)
    assert bench.state() == UNTOUCHED


def test_a_copy_that_takes_no_updates_says_why(bench: Bench, tmp_path: Path) -> None:
    keys = PinnedKeys([bench.key.public_key()])
    loose = Installation.at(make_bundle(tmp_path / "loose", OLD))
    cases = {
        "runs from its source": Updates(None, keys, SYSTEM),
        "without an update key": Updates(bench.installation, PinnedKeys(()), SYSTEM),
        "not put here by its installer": Updates(loose, keys, SYSTEM),
        "with its installer, not with an update file": Updates(
            Installation(bench.prefix, bench.installation.version_folder, bench.installation.build, kind="windows"),  # type: ignore[arg-type]
            keys,
            SYSTEM,
        ),
    }
    file = bench.update()
    for sentence, updates in cases.items():
        assert not updates.copy().updates
        assert sentence in updates.copy().why_not
        with pytest.raises(UpdateRefused, match=sentence):
            updates.inspect(file)
    assert bench.updates.copy().updates
    assert bench.updates.copy().built == "2026-09-21"


def test_a_copy_that_belongs_to_an_administrator_names_the_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bench.update()
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert bench.updates.copy().administrator
    with pytest.raises(UpdateRefused) as refused:
        bench.install(file)
    assert f"sudo '{bench.prefix}/bin/chartside' update install {file}" in refused.value.advice
    with pytest.raises(UpdateRefused, match=r"update --roll-back"):
        bench.updates.roll_back()


def test_missing_and_unreadable_files(bench: Bench, tmp_path: Path) -> None:
    for file in (tmp_path / "gone.chartside-update", tmp_path):
        with pytest.raises(UpdateRefused, match="could not be read"):
            bench.updates.inspect(file)
    other = tmp_path / "letter.odt"
    other.write_bytes(b"PK\x03\x04" * 1000)
    with pytest.raises(UpdateRefused, match="not a Chartside update"):
        bench.updates.inspect(other)


@pytest.mark.parametrize(
    "script",
    ["#!/bin/sh\nexit 3\n", '#!/bin/sh\necho "chartside 0.1.9"\n', "#!/does/not/exist\n", "#!/bin/sh\nkill -ILL $$\n"],
)
def test_a_version_that_does_not_start_here_is_not_put_in(bench: Bench, script: str) -> None:
    with pytest.raises(UpdateRefused, match=r"0\.2\.0 does not start on this computer"):
        bench.install(bench.update(script=script))
    assert bench.state() == UNTOUCHED


def test_a_bundle_that_is_not_what_was_signed(bench: Bench) -> None:
    folder = make_bundle(bench.root / "bundle-odd", NEW)
    file = bench.sign(folder)
    (folder / "BUILD.json").write_text((folder / "BUILD.json").read_text().replace('"none"', '"cuda"'))
    described = json.loads((folder / "BUILD.json").read_text()) | {"gpu": "none"}
    from engine.installation import Build

    file = bench.make(folder, Build(**described), bench.key, file.parent, preset=0)
    with pytest.raises(UpdateRefused, match="not made as it should be") as refused:
        bench.install(file)
    assert "cuda" in refused.value.details
    assert bench.state() == UNTOUCHED


@pytest.mark.parametrize("stage", [stage for stage in UpdateStage if stage is not UpdateStage.SWITCHING])
def test_cancelled_at_any_stage_nothing_stays(bench: Bench, stage: UpdateStage) -> None:
    token = CancelToken()

    def report(progress: UpdateProgress) -> None:
        if progress.stage is stage:
            token.cancel()

    with pytest.raises(Cancelled):
        bench.updates.install(bench.update(script="#!/bin/sh\nsleep 0.3\necho chartside 0.2.0\n"), report, token)
    assert bench.state() == UNTOUCHED


def test_once_it_switches_it_goes_on(bench: Bench) -> None:
    token = CancelToken()

    def report(progress: UpdateProgress) -> None:
        if progress.stage is UpdateStage.SWITCHING:
            token.cancel()

    bench.updates.install(bench.update(), report, token)
    assert bench.state() == UPDATED


def test_when_the_workspace_cannot_be_saved_nothing_changes(bench: Bench) -> None:
    def full() -> None:
        raise NotEnoughSpace("The disk is full.")

    with pytest.raises(NotEnoughSpace):
        bench.install(bench.update(), save_workspace=full)
    assert bench.state() == UNTOUCHED


def test_too_little_room_is_told_before_anything_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    with pytest.raises(NotEnoughSpace, match=r"needs 6\d MB .*; 10 MB are free"):
        bench.install(bench.update())
    assert bench.state() == UNTOUCHED


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fills_up_or_fails_meanwhile(bench: Bench, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(payload.Unpacker, "_write", fail)
    expected = NotEnoughSpace if code == errno.ENOSPC else UpdateRefused
    with pytest.raises(expected, match="Nothing was changed"):
        bench.install(bench.update())
    assert bench.state() == UNTOUCHED


@pytest.mark.parametrize("step", ["write_atomically", "_point"])
def test_a_switch_that_fails_is_undone(bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    file = bench.update()
    monkeypatch.setattr(versions, step, fail)
    with pytest.raises(UpdateRefused, match="Nothing was changed"):
        bench.install(file)
    assert {**bench.state(), "trial": False} == UNTOUCHED


def test_one_update_at_a_time(bench: Bench) -> None:
    file = bench.update()
    with FileLock(bench.prefix / "versions" / ".update.lock"), pytest.raises(UpdateRefused, match="right now"):
        bench.install(file)
    refused: list[UpdateRefused] = []
    begun = threading.Event()

    def second() -> None:
        begun.wait(5)
        try:
            bench.install(file)
        except UpdateRefused as error:
            refused.append(error)

    other = threading.Thread(target=second)
    other.start()

    def save() -> None:
        begun.set()
        other.join(5)

    bench.install(file, save_workspace=save)
    assert [each.message for each in refused] == ["Another update is being put in right now."]
    assert bench.state() == UPDATED


def test_a_running_old_version_does_not_vouch_for_the_new_one(bench: Bench) -> None:
    bench.install(bench.update())
    bench.installation.report_started()
    assert bench.installation.pending_start_file.exists()
    other = replace(bench.installation, build=replace(bench.installation.build, version=NEW))
    other.report_started()
    assert not bench.installation.pending_start_file.exists()


def test_a_return_by_the_launcher_is_told_once(bench: Bench) -> None:
    ways = versions.Versions(bench.installation)
    assert ways.returned_from() == ""
    (bench.prefix / "versions" / ".rolled-back").write_text(f"{NEW}\n")
    assert ways.returned_from() == NEW
    assert ways.returned_from() == ""
