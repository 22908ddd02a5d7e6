"""Text hygiene: what a reader sees, in one Unicode form, without what a reader cannot see."""

from __future__ import annotations

import re
import unicodedata

# Word writes characters of the Symbol font (Adobe Symbol encoding) as private-use code points U+F0xx.
_SYMBOL = {
    0xF022: "∀", 0xF02B: "+", 0xF02D: "−", 0xF03C: "<", 0xF03D: "=", 0xF03E: ">", 0xF044: "Δ", 0xF053: "Σ",
    0xF057: "Ω", 0xF061: "α", 0xF062: "β", 0xF063: "χ", 0xF064: "δ", 0xF065: "ε", 0xF067: "γ", 0xF06B: "κ",
    0xF06C: "λ", 0xF06D: "μ", 0xF070: "π", 0xF071: "θ", 0xF072: "ρ", 0xF073: "σ", 0xF0A3: "≤", 0xF0A5: "∞",
    0xF0A7: "▪", 0xF0A8: "□", 0xF0AB: "↔", 0xF0AC: "←", 0xF0AD: "↑", 0xF0AE: "→", 0xF0AF: "↓", 0xF0B0: "°",
    0xF0B1: "±", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B7: "•", 0xF0B8: "÷", 0xF0B9: "≠", 0xF0BB: "≈", 0xF0D8: "▸",
    0xF0DE: "⇒", 0xF0E0: "→", 0xF0FC: "✓", 0xF0FE: "☑",
}  # fmt: skip
_BREAKS = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Joiners carry meaning inside Arabic and Indic words; elsewhere they only break search.
_STRAY_JOINER = re.compile("(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
_LIGATURE = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_RUN_OF_SPACE = re.compile(f"[{_BREAKS}{_SPACES}]+")
_PLAIN = re.compile(r"[\x20-\x7e]*")


def clean(text: str) -> str:
    """One line of text: NFC, ligatures expanded, invisible characters gone, white space collapsed and stripped."""
    if not _PLAIN.fullmatch(text):
        text = _PRIVATE.sub(lambda m: _SYMBOL.get(ord(m[0]), ""), text)
        text = _LIGATURE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
        text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", text)
        text = _RUN_OF_SPACE.sub(" ", text)
        return text.strip()
    return " ".join(text.split()) if "  " in text else text.strip()


def clean_lines(text: str) -> list[str]:
    """The lines of a text, each cleaned; empty lines stay as empty strings."""
    return [clean(line) for line in re.split("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text)]


def unreadable_share(text: str) -> float:
    """Share of characters (white space aside) that stand for no readable character: 0 good, 1 all garbage.

    Counts replacement characters, private use without a known meaning, control characters and unassigned code points.
    """
    seen = bad = 0
    for char in text:
        if char.isspace():
            continue
        seen += 1
        code = ord(char)
        if code < 0x7F:
            bad += code < 0x20 and code != 0x02  # pdfium marks a line-end hyphen with 2
        elif (code not in _SYMBOL and unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs")) or code in (
            0xFFFD,
            0xFFFC,
        ):
            bad += 1
    return bad / seen if seen else 0.0
