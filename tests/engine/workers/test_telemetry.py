"""Libraries that would report to their makers are kept from it in every child."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.workers.main import FIXED_ENVIRONMENT

_USE = "from faster_whisper.vad import get_vad_model; get_vad_model()"


def test_onnxruntime_keeps_no_database_of_what_it_would_report(tmp_path: Path) -> None:
    """It makes one in the cache folder before it sends anything, with or without a network."""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", _USE], env={**os.environ, **home, **FIXED_ENVIRONMENT}, check=True)
    assert [path for path in tmp_path.rglob("*") if "icrosoft" in path.name or "onnx" in path.name] == []
