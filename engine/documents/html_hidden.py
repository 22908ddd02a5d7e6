"""Which elements of an HTML page a reader does not see, as far as they say so themselves; style sheets are not run."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0*\.?0*(?:[^.\d]|$)|"
    r"opacity\s*:\s*0(?![.\d])|(?:left|top|right|bottom|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0)",
    re.I,
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.I)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.I)
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)")
_NAMES = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "yellow": "#ffff00"}
_TRANSPARENT = "transparent"
_WHITE = "#ffffff"
_DEEPEST = 200
_SHORTEST_TOLD = 12  # letters: less hidden text than this is a label for a machine, not worth telling


def is_hidden(node: LexborNode) -> bool:
    """Whether an element hides itself: by attribute, by style, off the screen, or in the colour of its ground."""
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    if not style:
        return False
    return bool(_HIDDEN_STYLE.search(style)) or _in_the_colour_of_its_ground(node, style)


def hides_text(tree: LexborHTMLParser) -> bool:
    """Whether a page holds text, worth telling, that a reader would not see."""
    root = tree.body or tree.root
    if root is None:
        return False
    return any(
        is_hidden(node) and sum(map(str.isalpha, node.text() or "")) >= _SHORTEST_TOLD
        for node in root.css("[hidden], [style]")
        if node.attributes.get("aria-hidden") != "true"
    )


def _in_the_colour_of_its_ground(node: LexborNode, style: str) -> bool:
    found = _COLOUR.search(style)
    if found is None:
        return False
    colour = _normal(found[1])
    if colour == _TRANSPARENT:
        return True
    ground = _ground(node)
    return ground is not None and colour == ground


def _ground(node: LexborNode) -> str | None:
    """The colour behind an element; None where a style sheet may set it."""
    at: LexborNode | None = node
    styled = False
    for _ in range(_DEEPEST):
        if at is None:
            break
        attributes = at.attributes
        background = _BACKGROUND.search(attributes.get("style") or "")
        named = background[1] if background else attributes.get("bgcolor")
        if named and _normal(named) != _TRANSPARENT:
            return _normal(named)
        styled = styled or bool(attributes.get("class") or attributes.get("id"))
        at = at.parent
    return None if styled else _WHITE


def _normal(colour: str) -> str:
    colour = colour.strip().lower()
    if rgb := _RGB.match(colour):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups())
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        return "#" + "".join(2 * digit for digit in colour[1:])
    return _NAMES.get(colour, colour)
