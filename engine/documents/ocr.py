"""Text recognition for scans and photographs: lines of text with their places, whichever way up the page lies."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.documents.clean import clean
from engine.documents.ocr_engine import DETECT_SIDE, load_engine

Pixels = npt.NDArray[np.uint8]

_GOOD = 0.85  # mean confidence of text that lies the right way up
_FEW = 3  # lines: fewer say nothing about which way up a page lies
_SMALL_SIDE = 736  # pixels: smaller pictures are enlarged to this short side first


@dataclass(frozen=True)
class OcrLine:
    """A recognised line: its centre, width and height in pixels after turning and deskewing; confidence 0 to 1."""

    text: str
    x: float
    y: float
    width: float
    height: float
    score: float


@dataclass(frozen=True)
class OcrPage:
    """What was recognised on a picture.

    turn: quarter turns clockwise in which the text lies on the picture; skew: its angle in radians, clockwise.
    Lines stand in the picture turned upright (size width × height) and rotated by -skew about its top left corner.
    """

    lines: list[OcrLine]
    turn: int
    skew: float
    width: int
    height: int

    @property
    def score(self) -> float:
        """Mean confidence, weighted by length of text."""
        letters = sum(len(line.text) for line in self.lines)
        return sum(line.score * len(line.text) for line in self.lines) / letters if letters else 0.0

    @property
    def weight(self) -> float:
        """How much was read with how much confidence: what tells the right way up from the wrong ones."""
        return sum((line.score**2) * len(line.text) for line in self.lines)


class TextRecognizer:
    """Reads pictures with the models that ship with rapidocr; loaded on first use, about half a second."""

    def __init__(self) -> None:
        self._engine: Any = None

    def read(self, picture: Pixels, check: Callable[[], None] = lambda: None) -> OcrPage:
        """Recognise the lines of an RGB picture. check is called between attempts and may raise Cancelled."""
        best, tall = self._attempt(picture, 0)
        if len(best.lines) < _FEW and not tall:
            return best
        if best.score >= _GOOD and tall <= len(best.lines) * 0.5:
            return best
        # Lines that stand upright on the page mean it lies on its side; poor confidence may mean upside down.
        turns = (1, 3) if tall > len(best.lines) * 0.5 else (2, 1, 3)
        for turn in turns:
            check()
            page, still_tall = self._attempt(picture, turn)
            if page.weight > best.weight * 1.05 or (tall and not still_tall and page.weight > best.weight * 0.9):
                best, tall = page, still_tall
            if best.score >= _GOOD and len(best.lines) >= _FEW and not tall:
                break
        return best

    def _attempt(self, picture: Pixels, turn: int) -> tuple[OcrPage, int]:
        """The page read with its text assumed to lie turned by that many quarters, and the count of tall boxes."""
        upright = np.ascontiguousarray(np.rot90(picture, turn)[:, :, ::-1])  # the engine takes BGR
        height, width = upright.shape[:2]
        enlarged, factor = _enlarged(upright)
        result = self._loaded()(enlarged)
        if result.boxes is None or result.txts is None:
            return OcrPage([], turn, 0.0, width, height), 0
        quads = np.asarray(result.boxes, dtype=np.float64) / factor
        across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
        down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
        tall = int(sum(d > 2 * a for a, d in zip(across, down, strict=True)))
        skew = _skew(quads, across, down)
        turned = _rotated(quads, -skew)
        lines: list[OcrLine] = []
        for quad, text, score in zip(turned, result.txts, result.scores, strict=True):
            cleaned = clean(text)
            if cleaned:
                (x0, y0), (x1, y1) = quad.min(0).tolist(), quad.max(0).tolist()
                lines.append(OcrLine(cleaned, (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, float(score)))
        return OcrPage(lines, turn, skew, width, height), tall

    def _loaded(self) -> Any:
        if self._engine is None:
            self._engine = load_engine()
        return self._engine


def _enlarged(picture: Pixels) -> tuple[Pixels, int]:
    """Small pictures enlarged by a whole factor, so that their letters have enough pixels."""
    height, width = picture.shape[:2]
    factor = min(_SMALL_SIDE // max(min(height, width), 1), DETECT_SIDE // max(height, width), 4)
    if factor < 2:
        return picture, 1
    from PIL import Image

    image = Image.fromarray(picture).resize((width * factor, height * factor), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.uint8), factor


def _skew(quads: npt.NDArray[np.float64], across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]) -> float:
    """The angle of the long lines, clockwise in radians; 0 where it is too small to matter or lines disagree."""
    long = across > 4 * down
    if long.sum() < 2:
        return 0.0
    edge = quads[long, 1] - quads[long, 0]
    angles = np.arctan2(edge[:, 1], edge[:, 0])
    angle = float(np.median(angles))
    spread = float(np.median(np.abs(angles - angle)))
    return angle if math.radians(0.4) < abs(angle) < math.radians(30) and spread < math.radians(2) else 0.0


def _rotated(quads: npt.NDArray[np.float64], angle: float) -> npt.NDArray[np.float64]:
    if not angle:
        return quads
    cos, sin = math.cos(angle), math.sin(angle)
    turned: npt.NDArray[np.float64] = quads @ np.array([[cos, sin], [-sin, cos]])
    return turned
