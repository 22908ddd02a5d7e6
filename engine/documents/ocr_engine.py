"""The recognition engine: rapidocr with the models it ships, set up for a computer that has other work to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

DETECT_SIDE = 1536  # pixels of the long side at which lines are looked for: 8-point type on A4 still shows

_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"


def load_engine() -> Any:
    """A callable that takes BGR pixels and returns boxes, texts and scores. Imports take about half a second."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    engine = rapidocr.RapidOCR(
        params={
            # Named by path, or a missing model would be fetched from the network.
            "Det.model_path": str(models / _DETECTION),
            "Rec.model_path": str(models / _RECOGNITION),
            "Global.use_cls": False,
            "Global.log_level": "error",
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECT_SIDE,
            "Rec.rec_batch_num": 1,  # lines differ in length: batches pad the short ones
        }
    )
    # By default idle threads spin, which doubles the processor time and starves whatever else runs; rapidocr has no
    # setting for it.
    engine._load_det_model().session.session = _quiet_session(models / _DETECTION)
    engine._load_rec_model().session.session = _quiet_session(models / _RECOGNITION)
    return engine


def _quiet_session(model: Path) -> Any:
    """The model in a session whose threads sleep while they wait."""
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _cores()
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not offered outside Linux
        return os.cpu_count() or 1
