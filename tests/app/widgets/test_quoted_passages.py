"""Passages quoted on the page: a table stays a table, and nothing that was written in a document becomes markup."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app.widgets.quoted_passages import shortened_lines
from app.widgets.rich import passage_html

RULE = QColor("#808080")


def test_rows_stand_in_a_table_of_their_own() -> None:
    html = passage_html("Dose by weight\nWeight | Dose\n10 kg | 0.1 mg\n\nNever more.", RULE)
    assert html.count("<table") == 1
    assert "<tr><td>Weight</td><td>Dose</td></tr><tr><td>10 kg</td><td>0.1 mg</td></tr>" in html
    assert html.index("Dose by weight</p>") < html.index("<table") < html.index("Never more.</p>")


def test_what_a_document_says_is_no_markup() -> None:
    assert "&lt;b&gt;5 &lt; 6&lt;/b&gt;" in passage_html("<b>5 < 6</b>", RULE)


def test_a_short_passage_stays_whole() -> None:
    assert shortened_lines("Give 5 mg.") == "Give 5 mg."


def test_no_row_is_cut() -> None:
    rows = [f"{weight} kg | {weight / 100} mg | a row with some more words in it" for weight in range(40)]
    shown = shortened_lines("\n".join(rows)).splitlines()
    assert shown[-1] == "…"
    assert shown[:-1] == rows[: len(shown) - 1]
    assert 5 < len(shown) < len(rows)


def test_a_long_line_is_cut_between_words() -> None:
    shown = shortened_lines("dose " * 300)
    assert shown.endswith("dose …")
    assert len(shown) < 720
