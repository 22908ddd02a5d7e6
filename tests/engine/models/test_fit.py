"""Fit to the computer, and what is found out about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.models import hardware
from engine.models.fit import judge_fit, memory_needed
from engine.models.hardware import Gpu, Hardware, detect_hardware, parse_nvidia_smi

GB = 1 << 30
SIZE_4B, KV_4B, CONTEXT = 2_497_280_736, 147_456, 8192


def computer(memory: int = 16 * GB, gpus: list[Gpu] | None = None, *, runs_models: bool = True) -> Hardware:
    return Hardware(
        memory=memory, free_memory=memory // 2, cores=4, processor="p", runs_models=runs_models, gpus=gpus or []
    )


def test_memory_is_weights_context_and_scratch() -> None:
    need = memory_needed(SIZE_4B, KV_4B, CONTEXT)
    assert need - memory_needed(SIZE_4B, KV_4B, 0) == KV_4B * CONTEXT
    assert need > SIZE_4B + KV_4B * CONTEXT


def test_it_fits_or_not_and_says_why() -> None:
    fit = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer())
    assert fit.fits
    assert fit.reason == "Fits: needs 3.8 GB of your 16 GB memory; answers come at reading speed."
    small = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(memory=6 * GB))
    assert not small.fits
    assert small.reason.startswith("Too large: needs 3.8 GB, and of your 6.0 GB memory about 3.2 GB are left")


def test_a_card_with_room_is_named() -> None:
    card = Gpu("GeForce RTX 4060", "cuda", 8 * GB, 7 * GB)
    fit = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(gpus=[card]))
    assert fit.reason == "Fits: needs 3.8 GB of the 8.0 GB on your GeForce RTX 4060; answers come quickly."


def test_a_card_without_room_leaves_it_to_the_memory() -> None:
    card = Gpu("Old card", "cuda", 2 * GB, 2 * GB)
    fit = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(gpus=[card]))
    assert fit.fits
    assert "your 16 GB memory" in fit.reason
    assert not judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(memory=4 * GB, gpus=[card])).fits


def test_shared_memory_of_a_mac_counts_once() -> None:
    chip = Gpu("Apple GPU", "metal", 8 * GB, 8 * GB, unified=True)
    fit = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(memory=8 * GB, gpus=[chip]))
    assert fit.reason == "Fits: needs 3.8 GB of your 8.0 GB memory; answers come quickly."


def test_a_processor_that_cannot_run_llama_cpp_fits_nothing() -> None:
    fit = judge_fit(SIZE_4B, KV_4B, CONTEXT, computer(runs_models=False))
    assert not fit.fits
    assert "too old" in fit.reason


def test_this_computer_is_looked_at_without_harm() -> None:
    found = detect_hardware()
    assert found.memory > found.free_memory > 0
    assert found.cores >= 1
    assert found.processor


def test_nvidia_cards_are_read_and_noise_is_passed_over() -> None:
    output = "NVIDIA RTX A2000, 12282, 11800\nFailed to initialize NVML\nCard, with comma, 8192, 1\nX, [N/A], 3\n"
    assert parse_nvidia_smi(output) == [
        Gpu("NVIDIA RTX A2000", "cuda", 12282 << 20, 11800 << 20),
        Gpu("Card, with comma", "cuda", 8192 << 20, 1 << 20),
    ]


@pytest.mark.parametrize("script", ["exit 9", "sleep 60", "echo 'no devices were found'"])
def test_a_broken_driver_counts_as_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nexec {script}\n" if script.startswith("sleep") else f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(hardware, "_PROBE_S", 0.3)
    assert hardware._nvidia_gpus() == []


def test_cards_that_the_kernel_drives_are_found(tmp_path: Path) -> None:
    for name, files in {
        "card0": {"vendor": "0x1002", "mem_info_vram_total": "8589934592", "mem_info_vram_used": "589934592"},
        "card1": {"vendor": "0x8086"},
        "card1-HDMI-A-1": {"vendor": "0x8086"},
        "card2": {"vendor": "0x1234"},
    }.items():
        device = tmp_path / name / "device"
        device.mkdir(parents=True)
        for file, content in files.items():
            (device / file).write_text(content + "\n")
    assert hardware._drm_gpus(tmp_path) == [
        Gpu("AMD GPU", "vulkan", 8589934592, 8000000000),
        Gpu("Intel GPU", "vulkan"),
    ]


def test_a_processor_that_the_system_does_not_describe(tmp_path: Path) -> None:
    assert hardware._processor(tmp_path / "none")
    listing = tmp_path / "cpuinfo"
    listing.write_text("vendor_id\t: x\nmodel name\t: Fast One\nflags\t\t: sse avx2\n\nmodel name\t: Second\n")
    assert hardware._processor(listing) == "Fast One"
