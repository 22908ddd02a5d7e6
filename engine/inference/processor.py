"""Whether this processor can run llama.cpp at all, asked before it is loaded: one that cannot ends the process at once.

The portable build (GGML_NATIVE=OFF) is made for the instructions below on x86-64; what llama.cpp was built with it
tells itself, in llama_print_system_info(). NumPy has asked the processor and the operating system by then.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping

from engine.errors import UserError

# NumPy's names for them, with the ones that a reader finds in a data sheet.
NEEDED = {"AVX": "AVX", "AVX2": "AVX2", "F16C": "F16C", "FMA3": "FMA", "BMI2": "BMI2"}


class ProcessorTooOld(UserError):
    """The processor lacks instructions that the model cannot be computed without."""


def require_processor() -> None:
    """Raise ProcessorTooOld on a computer that cannot run the model."""
    missing = lacking()
    if missing:
        raise ProcessorTooOld(
            "The processor of this computer is too old to run a language model, so questions cannot be answered here.",
            "Use Chartside on a computer with a newer processor: Intel's since 2013 and AMD's since 2015 will do. "
            "The library and its search work on this one.",
            f"the processor lacks {', '.join(missing)}",
        )


def lacking() -> list[str]:
    """The needed instructions that this processor does not have; none on other architectures than x86-64."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return []
    present = features()
    return [name for feature, name in NEEDED.items() if not present.get(feature, False)]


def features() -> Mapping[str, bool]:
    """What this processor can do, by NumPy's names."""
    from numpy._core import _multiarray_umath  # type: ignore[attr-defined]

    found: Mapping[str, bool] = _multiarray_umath.__cpu_features__
    return found
