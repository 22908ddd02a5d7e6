"""Colours are readable and complete in both themes, and every role the window uses exists."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from app.icons import icon_names, render, tinted_svg
from app.palette import Palette, contrast

BACKGROUNDS = ["surface", "raised", "sunken", "hover"]
TEXTS = ["text", "muted", "accent", "ok", "warn", "bad"]


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)
    # The often quoted grey that just passes on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("role", TEXTS)
def test_text_reaches_four_and_a_half_to_one(theme, role, background):
    palette = Palette.load(theme)
    assert contrast(palette.hex(role), palette.hex(background)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_tinted_backgrounds(theme):
    palette = Palette.load(theme)
    pairs = [(palette.on_accent, palette.accent), (palette.on_accent, palette.accent_hover)]
    pairs += [(palette.on_selection, palette.selection), (palette.text, palette.mark)]
    pairs += [(palette.hex(role), palette.hex(f"{role}_soft")) for role in ("accent", "ok", "warn", "bad")]
    pairs += [(palette.text, palette.hex(f"{role}_soft")) for role in ("accent", "ok", "warn", "bad")]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["none", "muted", "accent", "border_strong", "focus"])
def test_icons_and_outlines_reach_three_to_one(theme, role):
    palette = Palette.load(theme)
    assert min(contrast(palette.hex(role), palette.hex(each)) for each in ("surface", "raised")) >= 3


def test_unknown_role_is_named():
    with pytest.raises(ValueError, match="pink"):
        Palette.load("light").hex("pink")


def test_every_icon_draws_something_in_its_colour(qapp):
    assert len(icon_names()) > 50
    for name in icon_names():
        picture = render(name, "#0a7570", 24).toImage()
        painted = [
            picture.pixelColor(x, y) for x in range(24) for y in range(24) if picture.pixelColor(x, y).alpha() > 200
        ]
        assert painted, name
        assert all(abs(colour.green() - QColor("#0a7570").green()) < 6 for colour in painted), name


def test_icons_hold_no_colour_of_their_own():
    for name in icon_names():
        drawing = tinted_svg(name, "").decode()
        assert "#" not in drawing, name


def test_icon_is_sharp_on_a_dense_screen(qapp):
    picture = render("ask", "#000000", 24, 2.0)
    assert picture.width() == 48
    assert picture.deviceIndependentSize().width() == 24


def test_an_icon_that_is_not_there(qapp):
    with pytest.raises(FileNotFoundError):
        render("no-such-drawing", "#000000", 24)
