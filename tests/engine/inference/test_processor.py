"""An old processor gets a sentence before llama.cpp is loaded; the list of instructions is the build's own."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.inference import messages, processor
from engine.inference.processor import NEEDED, ProcessorTooOld, features, require_processor

INTEL = platform.machine() in {"x86_64", "AMD64"}


def test_the_list_is_what_llama_cpp_was_built_for() -> None:
    import llama_cpp

    told = llama_cpp.llama_print_system_info().decode()
    built_for = {name for name, value in re.findall(r"(\w+) = (\d)", told) if value == "1"}
    if built_for & {"AVX512", "AMX_INT8"}:
        pytest.skip("llama.cpp was built for this processor alone (NATIVE=on)")
    # SSE3 and SSSE3 are older than the oldest processor with AVX; the others are no instructions.
    instructions = built_for & {"AVX", "AVX2", "AVX_VNNI", "F16C", "FMA", "BMI2"}
    assert instructions == (set(NEEDED.values()) if INTEL else set())


@pytest.mark.parametrize("absent", sorted(NEEDED))
def test_a_processor_that_lacks_one_is_refused_in_words(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(processor, "features", lambda: dict.fromkeys(NEEDED, True) | {absent: False})
    with pytest.raises(ProcessorTooOld) as refused:
        require_processor()
    assert refused.value.advice
    assert NEEDED[absent] in refused.value.details


def test_an_unknown_feature_counts_as_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(processor, "features", dict)
    assert processor.lacking() == list(NEEDED.values())


def test_other_architectures_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(processor, "features", dict)
    require_processor()


@pytest.mark.skipif(not INTEL, reason="another architecture")
def test_numpy_knows_every_name() -> None:
    assert set(NEEDED) <= set(features())


@pytest.mark.skipif(not INTEL, reason="another architecture")
def test_it_is_asked_before_the_library_is_loaded(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The same order in this process, where the processor can be made to look old.
    import sys

    from engine.inference.worker import InferenceWorker

    monkeypatch.setattr(processor, "features", dict)
    monkeypatch.delitem(sys.modules, "engine.inference.llama_cpp", raising=False)
    worker = InferenceWorker()
    for call in (
        lambda: worker.load(messages.LoadParams(str(tiny_model), 256, 0, 1), None),
        lambda: worker.inspect(messages.InspectParams(str(tiny_model)), None),
    ):
        with pytest.raises(UserError, match="too old"):
            call()
    assert "engine.inference.llama_cpp" not in sys.modules
