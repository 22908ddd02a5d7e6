"""A folder with an embedding model, seen from outside: whether it holds one, and which."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import ModelMissing

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
# Raise when chunk_document cuts or embedding_text words differently, so that stored vectors are made anew.
_FORM = 2


def weights_file(folder: Path) -> Path:
    """The file with the weights. Raises ModelMissing if the folder holds none."""
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise ModelMissing(
        "The search model is not installed.", "Open Models and fetch the search model.", f"no weights in {folder.name}"
    )


def embedder_id(folder: Path) -> str:
    """What made a vector: SHA-256 of the weights (shortened) and the form of the text embedded.

    Vectors with different ids must not be compared. Reads the weights, about 0.1 s for MiniLM.
    """
    with weights_file(folder).open("rb") as stream:
        return f"{hashlib.file_digest(stream, 'sha256').hexdigest()[:24]}-{_FORM}"
