"""The binding to llama.cpp: the only module that imports it, used in the inference child only.

The low-level interface is used because only there can a load report progress, a computation be aborted, control tokens
be kept out of documents, and already evaluated tokens be reused exactly as far as they agree.
"""

from __future__ import annotations

import ctypes
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import llama_cpp
import llama_cpp.llama_cpp as native
from llama_cpp import _ggml

from engine.cancellation import Cancelled
from engine.errors import ModelUnusable
from engine.inference.beginnings import Beginning, Beginnings, common
from engine.inference.errors import OutOfDeviceMemory
from engine.inference.held import Held
from engine.inference.messages import GpuInfo
from engine.types import Evaluated, Sampling

# Progress is reported and a cancel noticed between batches; on a slow CPU 256 tokens take a second or two.
BATCH_TOKENS = 256
RUNTIME = f"llama-cpp-python {llama_cpp.__version__}"
_REPEAT_WINDOW_TOKENS = 64
_CANDIDATES = 64
_LOG_WARNING = 3
_DEVICE_GPU, _DEVICE_INTEGRATED = 1, 2
_ABORTED = 2
_LEAST_RESTORED = 16  # tokens: fewer are read as fast


class Abort:
    """A flag that llama.cpp polls at every step of a computation, hundreds of times a token.

    A Python callback would take the interpreter's lock each time. The C function strlen over a two-byte buffer answers
    the same question for free: 0 while it is empty, 1 once a byte is written.
    """

    def __init__(self) -> None:
        self.buffer = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("msvcrt") if sys.platform == "win32" else ctypes.CDLL(None)
        self.callback = ctypes.cast(library.strlen, native.ggml_abort_callback)

    def set(self) -> None:
        self.buffer[0] = b"!"

    def clear(self) -> None:
        self.buffer[0] = b"\0"


class Library:
    """llama.cpp as loaded into this process; keeps its last complaints for the details of an error."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=20)
        self._log = native.llama_log_callback(self._note)
        native.llama_log_set(self._log, ctypes.c_void_p(0))
        native.llama_backend_init()

    def _note(self, level: int, text: bytes, _data: object) -> None:
        if level >= _LOG_WARNING:
            self._lines.append(text.decode("utf-8", "replace").strip())

    def complaints(self) -> str:
        lines = [line for line in self._lines if line]
        self._lines.clear()
        return "\n".join(lines)

    def gpus(self) -> list[GpuInfo]:
        """The GPUs that this build can use; an empty list in a CPU build."""
        ggml = _ggml.libggml
        ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
        ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
        ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
        ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
        ggml.ggml_backend_dev_description.restype = ctypes.c_char_p
        ggml.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
        ggml.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p] + 2 * [ctypes.POINTER(ctypes.c_size_t)]
        found = []
        for index in range(ggml.ggml_backend_dev_count()):
            device = ggml.ggml_backend_dev_get(index)
            kind = ggml.ggml_backend_dev_type(device)
            if kind not in (_DEVICE_GPU, _DEVICE_INTEGRATED):
                continue
            free, total = ctypes.c_size_t(), ctypes.c_size_t()
            ggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
            name = ggml.ggml_backend_dev_description(device).decode("utf-8", "replace")
            found.append(GpuInfo(name, free.value, total.value, kind == _DEVICE_INTEGRATED))
        return found


class LlamaModel:
    """One model with one context. Not thread-safe: llama.cpp aborts when threads share a context."""

    def __init__(
        self,
        library: Library,
        path: str,
        *,
        n_ctx: int,
        gpu_layers: int,
        threads: int,
        on_progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Load a checked model file.

        Raises ModelUnusable if llama.cpp refuses it, OutOfDeviceMemory if it does so with layers on a GPU, Cancelled.
        """
        self._library = library
        self.abort = Abort()
        self._gpu_layers = gpu_layers
        self._model: Any = None
        self._context: Any = None
        self._held = Held()
        self._beginnings = Beginnings()
        try:
            self._load(path, on_progress, cancelled)
            self._open_context(n_ctx, threads)
        except BaseException:
            self.close()
            raise
        self._vocabulary = native.llama_model_get_vocab(self._model)
        self._memory = native.llama_get_memory(self._context)
        self.n_ctx: int = native.llama_n_ctx(self._context)
        self._piece = ctypes.create_string_buffer(512)

    def _load(self, path: str, on_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        params = native.llama_model_default_params()
        params.n_gpu_layers = self._gpu_layers

        def progress(fraction: float, _data: object) -> bool:
            on_progress(fraction)
            return not cancelled()

        params.progress_callback = callback = native.llama_progress_callback(progress)
        self._library.complaints()
        self._model = native.llama_model_load_from_file(path.encode(), params)
        del callback  # llama.cpp called it until here
        if cancelled():
            raise Cancelled
        if not self._model:
            raise self._refused("The model file could not be loaded.")

    def _open_context(self, n_ctx: int, threads: int) -> None:
        params = native.llama_context_default_params()
        params.n_ctx = n_ctx
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = native.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        params.abort_callback = self.abort.callback
        params.abort_callback_data = ctypes.cast(self.abort.buffer, ctypes.c_void_p)
        self._context = native.llama_init_from_model(self._model, params)
        if not self._context:
            raise self._refused("There is not enough memory to run this model.")

    def _refused(self, message: str) -> ModelUnusable | OutOfDeviceMemory:
        details = self._library.complaints()
        if self._gpu_layers > 0:
            return OutOfDeviceMemory(message, "Chartside tries again with less on the GPU.", details)
        advice = "Fetch or import it again, or choose another model on the Models page."
        return ModelUnusable(message, advice, details)

    def close(self) -> None:
        if self._context:
            native.llama_free(self._context)
        if self._model:
            native.llama_model_free(self._model)
        self._context = self._model = None

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """The tokens of a piece of a prompt. Without special no control token comes out, whatever the text holds."""
        tokens = self._tokenize(text, special)
        if not special and any(map(self.is_control, tokens)):
            # Some vocabularies keep control tokens among the user's own, which llama.cpp finds in any text.
            middle = len(text) // 2
            if middle == 0:
                return [token for token in tokens if not self.is_control(token)]
            return self.tokenize(text[:middle], special=False) + self.tokenize(text[middle:], special=False)
        return tokens

    def _tokenize(self, text: str, special: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (native.llama_token * room)()
        count = native.llama_tokenize(self._vocabulary, data, len(data), buffer, room, False, special)
        if count < 0:
            raise ModelUnusable("The model's vocabulary cannot be used.", "Choose another model on the Models page.")
        return list(buffer[:count])

    def opening_tokens(self) -> list[int]:
        """The token that the model expects before everything else, if any."""
        adds = native.llama_vocab_get_add_bos(self._vocabulary)
        return [native.llama_vocab_bos(self._vocabulary)] if adds else []

    def is_control(self, token: int) -> bool:
        return bool(native.llama_vocab_is_control(self._vocabulary, token)) or self.ends(token)

    def ends(self, token: int) -> bool:
        """Whether the model ends its answer with this token."""
        return bool(native.llama_vocab_is_eog(self._vocabulary, token))

    def piece(self, token: int) -> bytes:
        """The bytes of a token; may be a part of a character. Empty for control tokens."""
        size = native.llama_token_to_piece(self._vocabulary, token, self._piece, len(self._piece), 0, False)
        if size < 0:
            self._piece = ctypes.create_string_buffer(-size)
            size = native.llama_token_to_piece(self._vocabulary, token, self._piece, len(self._piece), 0, False)
        return self._piece.raw[:size]

    def reuse(self, tokens: Sequence[int]) -> int:
        """Keep the evaluated tokens that tokens begin with, or take a remembered beginning that saves more; drop the
        rest. Returns how many are kept."""
        fresh = tokens[:-1]  # the last one must give fresh logits
        held = common(self._held.tokens, fresh)
        beginning, shared = self._beginnings.nearest(fresh)
        if beginning is not None and shared >= held + _LEAST_RESTORED:
            held = shared if self._restore(beginning) else 0
        return self.keep(held)

    def remember(self) -> None:
        """Copy the state of all that is evaluated, for later prompts that begin so; not where memory is short."""
        size = native.llama_state_seq_get_size(self._context, 0)
        if not self._beginnings.room_for(self._held.tokens, size):
            return
        state = bytearray(size)
        if native.llama_state_seq_get_data(self._context, _bytes_of(state), size, 0) == size:
            self._beginnings.put(Beginning(tuple(self._held.tokens), tuple(self._held.steps), state))

    def _restore(self, beginning: Beginning) -> bool:
        """Put a copy in the place of all that is evaluated; false, with nothing evaluated, where llama.cpp refuses."""
        native.llama_memory_clear(self._memory, False)
        size = len(beginning.state)
        taken: bool = native.llama_state_seq_set_data(self._context, _bytes_of(beginning.state), size, 0) == size
        if not taken:
            native.llama_memory_clear(self._memory, True)
        self._held = Held(beginning.tokens, beginning.steps) if taken else Held()
        return taken

    def keep(self, count: int) -> int:
        """Drop all but the first so many evaluated tokens; returns how many are kept."""
        if count == 0:
            native.llama_memory_clear(self._memory, True)
        elif count < len(self._held.tokens) and not native.llama_memory_seq_rm(self._memory, 0, count, -1):
            count = 0  # a recurrent model cannot step back
            native.llama_memory_clear(self._memory, True)
        self._held.cut(count)
        return count

    def evaluated(self) -> list[Evaluated]:
        """The steps in which all that is kept was evaluated."""
        return self._held.evaluated()

    def evaluate(self, tokens: Sequence[int]) -> None:
        """Evaluate at most BATCH_TOKENS more tokens. Raises Cancelled if aborted; the state stays usable."""
        batch = (native.llama_token * len(tokens))(*tokens)
        code = native.llama_decode(self._context, native.llama_batch_get_one(batch, len(tokens)))
        if code == 0:
            self._held.add(tokens)
            return
        if not native.llama_memory_seq_rm(self._memory, 0, len(self._held.tokens), -1):
            native.llama_memory_clear(self._memory, True)
            self._held = Held()
        if code == _ABORTED:
            raise Cancelled
        raise self._refused(f"The model failed while computing (code {code}).")

    def sampler(self, sampling: Sampling) -> Sampler:
        return Sampler(self._context, sampling)


def _bytes_of(state: bytearray) -> Any:
    return (ctypes.c_uint8 * len(state)).from_buffer(state)


class Sampler:
    """Chooses tokens. Temperature 0 takes the most likely one; otherwise the same seed takes the same ones."""

    def __init__(self, context: Any, sampling: Sampling) -> None:
        self._context = context
        self._chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
        for part in self._parts(sampling):
            native.llama_sampler_chain_add(self._chain, part)

    def _parts(self, sampling: Sampling) -> list[Any]:
        vocabulary = native.llama_model_get_vocab(native.llama_get_model(self._context))
        size = native.llama_vocab_n_tokens(vocabulary)
        # The few best candidates first: penalties over a whole vocabulary cost as much as the model's small layers.
        parts = [native.llama_sampler_init_top_k(_CANDIDATES if sampling.temperature <= 0 else sampling.top_k)]
        if sampling.repeat_penalty != 1.0:
            penalty = sampling.repeat_penalty
            parts.append(native.llama_sampler_init_penalties(size, _REPEAT_WINDOW_TOKENS, penalty, 0.0, 0.0))
        if sampling.temperature <= 0:
            return [*parts, native.llama_sampler_init_greedy()]
        return [
            *parts,
            native.llama_sampler_init_top_p(sampling.top_p, 1),
            native.llama_sampler_init_min_p(sampling.min_p, 1),
            native.llama_sampler_init_temp(sampling.temperature),
            native.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF),
        ]

    def next(self) -> int:
        """The token that follows everything evaluated so far."""
        return int(native.llama_sampler_sample(self._chain, self._context, -1))

    def close(self) -> None:
        native.llama_sampler_free(self._chain)
