"""HTML, Markdown and plain text."""

from __future__ import annotations

import pytest

from engine.errors import UnreadableDocument
from tests.engine.documents.builders import read


def html(body: str, head: str = "") -> list[str]:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "page.html").text.split("\n\n")


def test_html_blocks_headings_and_title():
    document = read(b"<html><head><title>Leaflet</title></head><body><h1>Asthma</h1><p>Two <b>puffs</b> a\nday.</p>"
                    b"<h2>When to call</h2>Loose text</body></html>", "x.htm")  # fmt: skip
    assert document.text.split("\n\n") == ["Asthma", "Two puffs a day.", "When to call", "Loose text"]
    assert [(h.text, h.level) for h in document.headings] == [("Asthma", 1), ("When to call", 2)]
    assert document.title == "Leaflet"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<div style='display: none'>secret</div>",
        "<span style='visibility:hidden'>secret</span>",
        "<p hidden>secret</p>",
        "<p style='font-size:0'>secret</p>",
        "<div aria-hidden='true'>secret</div>",
        "<nav>menu</nav>",
        "<!-- secret -->",
        "<template><p>secret</p></template>",
        "<noscript>secret</noscript>",
        "<select><option>secret</option></select>",
    ],
)
def test_html_hidden_elements_are_not_text(hidden: str):
    assert html(f"<p>before</p>{hidden}<p>after</p>") == ["before", "after"]


def test_html_small_but_visible_text_is_kept():
    assert html("<p style='font-size:0.8em'>fine print</p>") == ["fine print"]


def test_html_lists_and_tables():
    assert html("<ul><li>One<ol><li>Inner</li><li>Next</li></ol></li><li>Two</li></ul>") == [
        "• One\n1. Inner\n2. Next\n• Two"
    ]
    table = "<table><tr><th>Drug<th>Dose</tr><tr><td>Ibu<br>profen<td>200 mg</tr></table>"
    assert html(table) == ["Drug | Dose\nIbu profen | 200 mg"]
    layout = "<table><tr><td><p>Left</p><table><tr><td>a<td>b</tr></table></td></tr></table>"
    assert html(layout) == ["Left", "a | b"]
    assert html("<table><caption>Doses</caption><tr><td>a<td>b<tr hidden><td>c<td>d</table>") == ["Doses", "a | b"]
    assert "deep" in "".join(html("<table><tr><td>" * 2000 + "deep"))


def test_html_line_breaks_and_preformatted_text():
    assert html("<p>a<br>b</p><pre>one\n two</pre>") == ["a\nb", "one\ntwo"]


def test_html_declared_encoding_is_used():
    content = "<html><head><meta charset='windows-1251'></head><body>Привет, доктор</body></html>".encode("cp1251")
    assert read(content, "x.html").text == "Привет, доктор"


def test_html_nested_too_deeply_is_read():
    assert "deep" in read(b"<div>" * 5000 + b"deep" + b"</div>" * 5000, "x.html").text


def test_html_without_text_is_refused():
    with pytest.raises(UnreadableDocument):
        read(b"<html><body><img src='x.png'></body></html>", "x.html")


MARKDOWN = b"""---
title: "Cold chain"
---
# Vaccine *storage*

Keep **between** 2 and 8 [degrees](https://example.org)
at all times.

- check
- log
  1. date
  2. sign

| Age | Dose |
|-----|------|
| 1-5 | 5 ml |

Setext heading
--------------

    code block

<div>inline <b>html</b></div>
"""


def test_markdown():
    document = read(MARKDOWN, "policy.md")
    assert document.text.split("\n\n") == [
        "Vaccine storage",
        "Keep between 2 and 8 degrees at all times.",
        "• check\n• log\n1. date\n2. sign",
        "Age | Dose\n1-5 | 5 ml",
        "Setext heading",
        "code block",
        "inline html",
    ]
    assert [(h.text, h.level) for h in document.headings] == [("Vaccine storage", 1), ("Setext heading", 2)]
    assert document.title == "Cold chain"


def test_markdown_without_front_matter_takes_its_first_heading_as_title():
    assert read(b"# Sharps\n\ntext", "x.md").title == "Sharps"
    assert read(b"text only", "Night rota.md").title == "Night rota"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Größe und Gewicht", "utf-8"),
        ("Größe und Gewicht", "utf-8-sig"),
        ("Größe und Gewicht", "utf-16"),
        ("Größe und Gewicht", "utf-16-le"),
        ("Größe und Gewicht", "utf-16-be"),
        ("Größe und Gewicht", "utf-32"),
        ("Größe – “Gewicht” €", "cp1252"),
        ("Направление к врачу кардиологу", "cp1251"),
        ("Направление к врачу кардиологу", "koi8-r"),
        ("患者様の紹介状について説明します", "shift_jis"),
    ],
)
def test_text_encodings(words: str, encoding: str):
    assert read(words.encode(encoding), "note.txt").text == words


def test_text_paragraphs_form_feeds_and_headings():
    document = read(
        b"OPENING HOURS\n\nMonday 8-12\nTuesday 8-16\n\n\nCLOSED\n======\non holidays\x0cNext page", "a.txt"
    )
    assert document.text.split("\n\n") == [
        "OPENING HOURS",
        "Monday 8-12\nTuesday 8-16",
        "CLOSED",
        "on holidays",
        "Next page",
    ]
    assert [(h.text, h.level) for h in document.headings] == [("OPENING HOURS", 1), ("CLOSED", 1)]


@pytest.mark.parametrize("content", [b"", b"  \n\t ", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_empty_files_are_refused(content: bytes):
    with pytest.raises(UnreadableDocument, match="empty"):
        read(content, "a.txt")
