"""The rules of what goes into the bundle, and the check that finds what broke them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bundle import report
from bundle.contents import (
    FORBIDDEN_FILES,
    file_wanted,
    forbidden_files,
    forbidden_modules,
    library_wanted,
    module_wanted,
)


@pytest.mark.parametrize(
    "name",
    [
        "torch._dynamo.eval_frame",
        "torch.testing",
        "numpy.f2py",
        "transformers.models.bert.modeling_bert",
        "transformers.models.auto.tokenization_auto",
        "transformers.models.t5.configuration_t5",
        "engine.memory.worker",
        "chromadb.api.rust",
        "keyring.backends.SecretService",
        "PySide6.QtPdf",
    ],
)
def test_what_is_used_goes_in(name: str) -> None:
    assert module_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "kubernetes",
        "kubernetes.client.api",
        "pytest",
        "_pytest.fixtures",
        "numpy.tests.test_core",
        "scipy.stats.tests",
        "transformers.models.llama.modeling_llama",
        "transformers.models.whisper.feature_extraction_whisper",
        "PySide6.QtWebEngineCore",
        "chromadb.server.fastapi",
        "tkinter",
    ],
)
def test_what_is_not_used_stays_out(name: str) -> None:
    assert not module_wanted(name)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("torch/bin/torch_shm_manager", True),  # torch looks for it when it is imported
        ("torch/bin/protoc", False),
        ("torch/include/ATen/ATen.h", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/lib/libtorchbind_test.so", False),
        ("torch/nn/functional.py", True),
        ("numpy/core/tests/data/x.npy", False),
        ("transformers\\models\\llama\\modeling_llama.py", False),
        ("transformers/models/llama/__init__.py", True),
        ("numpy-2.4.6.dist-info/METADATA", True),
        ("numpy-2.4.6.dist-info/RECORD", False),
        ("chartside-0.1.0.dist-info/direct_url.json", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("resources/samples/Anaphylaxis protocol.pdf", True),
    ],
)
def test_files(path: str, wanted: bool) -> None:
    assert file_wanted(path) is wanted


@pytest.mark.parametrize(
    ("path", "source", "wanted"),
    [
        ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", True),
        ("libxcb-cursor.so.0", "/lib/x86_64-linux-gnu/libxcb-cursor.so.0", True),
        ("libstdc++.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6", False),
        ("libX11.so.6", "/usr/lib64/libX11.so.6", False),
        ("libcudart.so", "/usr/local/cuda/lib64/libcudart.so", False),
        ("libpython3.11.so.1.0", "/opt/python/lib/libpython3.11.so.1.0", True),
        ("numpy.libs/libscipy_openblas64_.so", "/venv/numpy.libs/libscipy_openblas64_.so", True),
        ("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", True),
    ],
)
def test_of_the_build_machines_libraries_only_some_go_in(path: str, source: str, wanted: bool) -> None:
    assert library_wanted(path, source) is wanted


def test_a_cuda_build_brings_nvidias_libraries_but_not_the_driver() -> None:
    for name in ("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12"):
        assert library_wanted(name, f"/usr/local/cuda/lib64/{name}", "cuda")
        assert not library_wanted(name, f"/usr/local/cuda/lib64/{name}", "vulkan")
    assert not library_wanted("libcuda.so.1", "/usr/lib/x86_64-linux-gnu/libcuda.so.1", "cuda")


def test_no_rule_lets_in_what_another_forbids() -> None:
    samples = ["_internal/libQt6Quick.so.6", "x/kubernetes/client.json", "_internal/models/a.gguf"]
    assert forbidden_files(samples, cuda=False) == samples
    assert forbidden_files(["_internal/torch/lib/libtorch_cpu.so"], cuda=False) == []
    assert forbidden_files(["_internal/nvidia/x", "a/libcudart.so.12"], cuda=True) == []
    assert forbidden_modules(["engine.memory", "hypothesis.strategies", "tests"]) == ["hypothesis.strategies", "tests"]
    assert FORBIDDEN_FILES


def make_bundle(folder: Path, gpu: str = "none") -> Path:
    (folder / "_internal" / "numpy.libs").mkdir(parents=True)
    (folder / "_internal" / "numpy").mkdir()
    (folder / "_internal" / "numpy" / "a.so").write_bytes(b"x" * 300)
    (folder / "_internal" / "numpy.libs" / "b.so").write_bytes(b"x" * 200)
    (folder / "chartside").write_bytes(b"x" * 100)
    (folder / "BUILD.json").write_text(json.dumps({"gpu": gpu}))
    return folder


def test_the_report_adds_up_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "module_names", lambda _bundle: ["engine"])
    found = report.examine(make_bundle(tmp_path))
    assert found.sizes["numpy"] == 500
    assert found.complaints == []
    assert "on disk" in found.text()


def test_the_report_finds_everything_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "module_names", lambda _bundle: ["engine", "pytest.main"])
    monkeypatch.setattr(report, "BUDGET", 10)
    bundle = make_bundle(tmp_path / "b")
    (bundle / "_internal" / "libcudart.so.12").write_bytes(b"x")
    (bundle / "_internal" / "lost").symlink_to("nowhere")
    packed = tmp_path / "packed"
    packed.write_bytes(b"x" * 11)
    complaints = " ".join(report.examine(bundle, packed).complaints)
    for expected in ("libcudart", "pytest.main", "nowhere", "budget"):
        assert expected in complaints or (expected == "nowhere" and "lost" in complaints)


def test_a_gpu_build_has_no_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "module_names", lambda _bundle: [])
    monkeypatch.setattr(report, "BUDGET", 10)
    packed = tmp_path / "packed"
    packed.write_bytes(b"x" * 11)
    assert report.examine(make_bundle(tmp_path / "b", "cuda"), packed).complaints == []
