"""Makes a model file with random weights and a tiny vocabulary: a real GGUF that llama.cpp runs at once."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

CONTROL, NORMAL, BYTE = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL, gguf.TokenType.BYTE
CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"


def write_tiny_model(
    path: Path,
    *,
    layers: int = 2,
    width: int = 64,
    heads: int = 4,
    context: int = 512,
    words: int = 64,
    seed: int = 7,
) -> Path:
    """A random llama model. Its vocabulary has every byte, a few words and ChatML's control tokens."""
    rng = np.random.default_rng(seed)
    tokens, scores, kinds = _vocabulary(words)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny random model")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // heads)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_eot_token_id(4)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_chat_template(CHATML)

    def tensor(name: str, *shape: int) -> None:
        writer.add_tensor(name, rng.normal(0, 0.3, shape).astype(np.float32))

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(width, dtype=np.float32))

    tensor("token_embd.weight", len(tokens), width)
    ones("output_norm.weight")
    tensor("output.weight", len(tokens), width)
    for layer in range(layers):
        prefix = f"blk.{layer}"
        ones(f"{prefix}.attn_norm.weight")
        ones(f"{prefix}.ffn_norm.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"{prefix}.{name}.weight", width, width)
        tensor(f"{prefix}.ffn_gate.weight", 2 * width, width)
        tensor(f"{prefix}.ffn_up.weight", 2 * width, width)
        tensor(f"{prefix}.ffn_down.weight", width, 2 * width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _vocabulary(words: int) -> tuple[list[str], list[float], list[int]]:
    tokens = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    kinds = [gguf.TokenType.UNKNOWN, CONTROL, CONTROL, CONTROL, CONTROL]
    tokens += [f"<0x{byte:02X}>" for byte in range(256)]
    kinds += [BYTE] * 256
    pieces = ["▁", *"abcdefghijklmnopqrstuvwxyz", "▁the", "▁a", "th", "the", "an", "in"]
    pieces += [f"▁w{i}" for i in range(words)]
    tokens += pieces
    kinds += [NORMAL] * len(pieces)
    scores = [0.0] * 5 + [0.0] * 256 + [-float(i) for i in range(len(pieces))]
    return tokens, scores, [int(kind) for kind in kinds]
