"""What `make installer` was asked for, and its steps that need no frozen program."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import installer
import order
import pytest
import reproduce
from bundle.build import BuildInfo, data_folder, settle, write_build_info
from bundle.models import ship_models
from installer import pack, prefix_tree, write_sums
from order import Order, builders_lock
from provision import llama
from provision.machine import Machine
from provision.shell import SetupFailed

from engine.installation import Installation, Kind
from engine.models.store import ModelStore
from engine.paths import Paths
from tests.packaging.linux.conftest import EPOCH, make_bundle, make_models
from tests.packaging.tools import output, program

INFO = BuildInfo("1.2.0", "linux-x86_64", "full", "none", "abc", EPOCH)


def test_the_default_is_the_full_flavour_for_the_processor() -> None:
    order = Order.of({})
    assert (order.flavour, order.gpu, order.update_key) == ("full", "none", None)
    assert order.name(INFO) == "chartside-1.2.0-linux-x86_64-full"
    assert Order.of({"FLAVOUR": "slim", "GPU": "cuda"}).name(INFO) == "chartside-1.2.0-linux-x86_64-cuda-slim"


@pytest.mark.parametrize("wrong", [{"FLAVOUR": "tiny"}, {"GPU": "abacus"}, {"UPDATE_KEY": "/no/such/file"}])
def test_a_wrong_order_is_refused_with_the_choices(wrong: dict[str, str]) -> None:
    with pytest.raises(SetupFailed, match=r"Choose one of|update_key\.py"):
        Order.of(wrong)


def test_the_checkout_tells_version_commit_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    info = BuildInfo.of_checkout("slim", "none")
    from engine import __version__
    from engine.installation import this_platform

    assert (info.version, info.source_date_epoch, info.platform) == (__version__, 1234567890, this_platform())


def test_the_program_reads_what_the_build_writes(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, "1.2.0")
    write_build_info(bundle, INFO)
    tree = prefix_tree(tmp_path / "prefix", bundle, make_models(tmp_path), INFO, kind="deb")
    found = Installation.at(tree / "versions" / "1.2.0")
    assert found is not None
    assert (found.kind, found.prefix, found.version, found.build.commit) == (Kind.DEB, tree, "1.2.0", "abc")
    assert found.models_folder == tree / "models"
    assert os.access(found.launcher, os.X_OK)


def test_settled_files_have_one_time_and_plain_rights(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, "1.0.0")
    (bundle / "_internal" / "data.txt").chmod(0o600)
    (bundle / "link").symlink_to("nowhere")
    settle(bundle, EPOCH)
    for path in [bundle, *bundle.rglob("*")]:
        assert path.lstat().st_mtime == EPOCH
    assert stat.S_IMODE((bundle / "_internal" / "data.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((bundle / "chartside").stat().st_mode) == 0o755


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    program("xz")
    packed = []
    for name in ("one", "another place"):
        bundle = make_bundle(tmp_path / name, "1.2.0")
        settle(bundle, EPOCH)
        packed.append(pack(bundle, tmp_path / f"{name}.tar.xz", INFO))
    assert packed[0].read_bytes() == packed[1].read_bytes()
    assert "chartside-1.2.0/chartside\n" in output("tar", "-tJf", packed[0])


def test_only_what_builds_comes_from_the_developers_lock(tmp_path: Path) -> None:
    text = builders_lock(tmp_path).read_text()
    for name in order._BUILDERS:
        assert f"{name}==" in text
    assert "--hash" in text
    assert not {"pytest==", "hypothesis==", "mypy=="} & set(text.split())


def test_sums_can_be_checked(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"a")
    (tmp_path / "b.run").write_bytes(b"b")
    write_sums(tmp_path, [tmp_path / "a.deb", tmp_path / "b.run"])
    assert "b.run: OK" in output("sh", "-c", f"cd '{tmp_path}' && sha256sum -c SHA256SUMS")


@pytest.mark.model
def test_shipped_models_are_found_and_untouched(tmp_path: Path, models_dir: Path) -> None:
    small = "qwen2.5-coder-0.5b-instruct-q4_k_m"
    shipped = [small, "all-minilm-l6-v2", "whisper-base"]
    if not all((models_dir / each).is_dir() for each in shipped):
        pytest.skip("the small models are not there")
    paths = Paths(tmp_path / "data", models_dir)
    paths.data.mkdir()
    assert ship_models(tmp_path / "shipped", EPOCH, paths, small) == shipped
    store = ModelStore(tmp_path / "own", tmp_path / "shipped")
    for each in store.installed():
        assert store.untouched(each)
        assert store.is_shipped(each.id)
    told = json.loads((tmp_path / "shipped" / small / "manifest.json").read_text())
    assert (told["source"], told["installed_at"][:4]) == ("installer", "2026")


def test_the_update_key_goes_in_alone(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, "1.0.0")
    stale = bundle / "_internal" / "resources" / "update_keys"
    stale.mkdir(parents=True)
    (stale / "developer.pem").write_text("old")
    key = tmp_path / "clinic.pem"
    key.write_text("public")
    installer.pin_update_key(data_folder(bundle), Order("slim", "none", key, "", tmp_path, tmp_path))
    assert [file.name for file in stale.iterdir()] == ["clinic.pem"]
    installer.pin_update_key(data_folder(bundle), Order("slim", "none", None, "", tmp_path, tmp_path))
    assert not stale.exists()


def test_differences_of_two_builds_are_named(tmp_path: Path) -> None:
    for name, content in (("one", b"a"), ("two", b"b")):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "same").write_bytes(b"same")
        (tmp_path / name / "sub" / "file").write_bytes(content)
        (tmp_path / name / "link").symlink_to(name)
    (tmp_path / "two" / "more").touch()
    found = [reproduce.digests(tmp_path / name) for name in ("one", "two")]
    assert reproduce.differences(*found) == ["link", "more", "sub/file"]
    assert reproduce.differences(found[0], found[0]) == []


def test_a_built_program_is_reused_only_for_the_same_commit_and_gpu(tmp_path: Path) -> None:
    assert installer.built_from(tmp_path) is None
    write_build_info(tmp_path, INFO)
    assert installer.built_from(tmp_path) == ("abc", "none", EPOCH)
    assert Order.of({"REUSE": "yes"}).reuse
    assert not Order.of({}).reuse


def test_a_cuda_installer_is_built_for_every_card() -> None:
    machine = Machine.this()
    here = llama.plan_build(machine, "llama-cpp-python==1 --hash=x", {"GPU": "cuda"})
    clinics = llama.plan_build(machine, "llama-cpp-python==1 --hash=x", {"GPU": "cuda", "CARDS": "all-major"})
    assert "-DCMAKE_CUDA_ARCHITECTURES=native" in here.flags
    assert "-DCMAKE_CUDA_ARCHITECTURES=all-major" in clinics.flags
    assert here.key != clinics.key
