"""The list of everything in a build: valid, complete where it matters, the same bytes each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[2]
SHA = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"  # pragma: allowlist secret


def write(out: Path, *words: str | Path, epoch: str = "1790000000") -> str:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": "random"}
    command = [sys.executable, "-W", "error", ROOT / "packaging" / "sbom.py", "--out", out, *words]
    subprocess.run(command, check=True, env=environment, cwd=out.parent, stdout=subprocess.DEVNULL)
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models as the full flavour ships them: each a folder with its manifest."""
    folder = tmp_path_factory.mktemp("models")
    name = "qwen2.5-coder-1.5b-instruct-q4_k_m"
    (folder / name).mkdir()
    files = [{"name": f"{name}.gguf", "size": 5, "sha256": SHA, "mtime_ns": 1}]
    (folder / name / "manifest.json").write_text(json.dumps({"id": name, "name": "Qwen2.5 Coder 1.5B", "files": files}))
    return folder


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory, models: Path) -> str:
    return write(tmp_path_factory.mktemp("sbom") / "one.json", "--models", models)


@pytest.fixture(scope="module")
def parts(text: str) -> dict[str, dict[str, Any]]:
    def each(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for component in components:
            yield component
            yield from each(component.get("components", []))

    return {component["name"]: component for component in each(json.loads(text)["components"])}


def test_it_is_valid(text: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["name"] == "chartside"


def test_the_same_parts_give_the_same_bytes(text: str, tmp_path: Path, models: Path) -> None:
    assert write(tmp_path / "two.json", "--models", models) == text


def test_its_number_is_that_of_the_parts_and_its_time_is_given(
    text: str, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sbom

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    later = sbom.make(None, models)
    assert later.metadata.timestamp.isoformat() == "2027-01-15T08:00:00+00:00"
    assert later.serial_number.urn == json.loads(text)["serialNumber"]
    assert sbom.make(None, None).serial_number != later.serial_number


def test_native_parts_are_named_as_lists_of_weaknesses_know_them(parts: dict[str, dict[str, Any]]) -> None:
    assert parts["Qt"]["cpe"].startswith("cpe:2.3:a:qt:qt:6.")
    assert parts["llama.cpp and ggml"]["purl"] == (
        "pkg:github/ggml-org/llama.cpp@0c1e57098bba43ac29e6e3b677cdceebdd22334f"
    )
    for name in ("SQLCipher", "SQLite", "OpenSSL (in SQLCipher)", "OpenSSL (in cryptography)", "python"):
        assert parts[name]["version"] in parts[name]["cpe"]
    assert parts["PDFium"]["purl"].startswith("pkg:generic/pdfium@")


def test_python_packages_have_purl_version_and_licence(parts: dict[str, dict[str, Any]]) -> None:
    assert parts["msgspec"]["purl"] == f"pkg:pypi/msgspec@{parts['msgspec']['version']}"
    packages = [each for each in parts.values() if each.get("purl", "").startswith("pkg:pypi/")]
    assert len(packages) > 100
    assert [each["name"] for each in packages if not each.get("licenses")] == []
    assert not {"pytest", "mypy", "pyinstaller"} & set(parts)
    # What a package says of its own inside (PEP 770) stands below it.
    assert any(each["purl"].startswith("pkg:cargo/") for each in parts["cryptography"]["components"])


def test_models_have_the_sums_of_their_weights(parts: dict[str, dict[str, Any]]) -> None:
    assert parts["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"]["hashes"] == [{"alg": "SHA-256", "content": SHA}]
    assert parts["Qwen2.5 Coder 1.5B"]["type"] == "machine-learning-model"
    ocr = parts["PP-OCRv6_det_small.onnx"]
    assert len(ocr["hashes"][0]["content"]) == 64


def test_it_tells_what_needs_what(text: str) -> None:
    needs = {each["ref"]: set(each.get("dependsOn", ())) for each in json.loads(text)["dependencies"]}
    assert "sqlcipher3#SQLCipher" in next(
        value for key, value in needs.items() if key.startswith("pkg:pypi/sqlcipher3@")
    )
    assert len(needs["chartside"]) > 100


def test_what_a_bundle_does_not_hold_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shipped
    from bundle import report

    inside = tmp_path / "_internal"
    (inside / "numpy").mkdir(parents=True)
    (inside / "sqlcipher3-0.6.4.dist-info").mkdir()  # metadata alone are not the package
    monkeypatch.setattr(report, "module_names", lambda _bundle: ["msgspec", "msgspec._core"])
    assert shipped.packages_in(tmp_path, ["msgspec", "numpy", "sqlcipher3", "torch"]) == ["msgspec", "numpy"]


def test_a_systems_library_is_listed_only_where_it_is_that_very_file(tmp_path: Path) -> None:
    import shipped

    found = list(Path("/usr/lib").glob("*-linux-gnu/libz.so.1"))
    if not found:
        pytest.skip("no libz of a Debian package here")
    (tmp_path / "libz.so.1").write_bytes(found[0].read_bytes())
    listed = shipped.system_libraries(tmp_path)
    assert [(each.name, each.licence) for each, _text in listed] == [("zlib1g", "Zlib")]
    assert "Jean-loup Gailly" in listed[0][1]
    (tmp_path / "libz.so.1").write_bytes(b"another build")
    assert shipped.system_libraries(tmp_path) == []
