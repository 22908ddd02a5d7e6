"""Text to vectors with a sentence-transformers model from a local folder. Runs in the memory child only."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from engine.errors import ModelUnusable
from engine.memory.model_folder import weights_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder:
    """A loaded embedding model. Vectors are float32 and of length one, so that a dot product is the cosine.

    dimensions: length of a vector. max_tokens: word pieces read of a text; the rest has no influence.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._cores = usable_cores()
        self.dimensions = int(model.get_embedding_dimension())
        self.max_tokens = int(model.max_seq_length)

    @classmethod
    def load(cls, folder: Path) -> Embedder:
        """Load the model in folder; takes seconds and some 600 MB. Nothing is fetched and no code of the folder runs.

        Raises ModelMissing if the folder holds no model, ModelUnusable if it cannot be loaded.
        """
        weights_file(folder)
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer
        from tqdm import tqdm  # type: ignore[import-untyped]

        # Progress bars would else make a semaphore between processes, which nobody frees when the child is ended.
        tqdm.set_lock(threading.RLock())

        try:
            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        except Exception as error:  # the library raises whatever its parsers raise
            raise ModelUnusable(
                "The search model cannot be loaded.",
                "Open Models, remove the search model and fetch it again.",
                f"{type(error).__name__}: {error}"[:400],
            ) from error
        model.eval()
        return cls(model)

    def embed(
        self, texts: Sequence[str], *, batch: int = 32, check: Callable[[], None] | None = None
    ) -> NDArray[np.float32]:
        """One row a text, in order. Texts of similar length go through together; check runs before each batch.

        A single text, a question, goes on one thread: two were slower, 21 against 16 ms beside other work, and the
        search for its words needs a core too.
        """
        import numpy as np
        import torch

        torch.set_num_threads(self._cores if len(texts) > 1 else 1)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        for start in range(0, len(order), batch):
            if check is not None:
                check()
            rows = order[start : start + batch]
            vectors[rows] = self._encode([texts[row] for row in rows])
        return vectors

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        """What the model's own encode() does, without what it costs around a single question: 5 of 13 ms."""
        import torch

        with torch.inference_mode():
            rows = self._model(self._model.preprocess(texts))["sentence_embedding"]
            normalised: NDArray[np.float32] = torch.nn.functional.normalize(rows, dim=1).numpy()
        return normalised

    def count_tokens(self, text: str) -> int:
        """Word pieces of a text with the model's two marks."""
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])


def usable_cores() -> int:
    """Physical cores that this process may use."""
    physical = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed))
