"""Limits that keep one hostile or enormous file from taking the computer down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """file_bytes and text_chars per document, pages per document, glyphs per page, seconds per page.

    unpacked_bytes and compression_ratio guard against zip bombs; pixels guards against decompression bombs.
    """

    file_bytes: int = 512 * 1024 * 1024
    pages: int = 5_000
    text_chars: int = 20_000_000
    glyphs_per_page: int = 200_000
    paths_per_page: int = 6_000
    page_seconds: float = 20.0
    unpacked_bytes: int = 1024 * 1024 * 1024
    compression_ratio: int = 200
    pixels: int = 120_000_000
    image_pages: int = 500
    ocr_pixels: int = 12_000_000
