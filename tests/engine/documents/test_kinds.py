"""What a file is, and what is refused by name."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.documents.kinds import Kind, identify
from engine.errors import UnreadableDocument, UnsupportedDocument

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


def zipped(*names: str, mimetype: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n", Kind.PDF),
        ("wrong-name.txt", b"\n%PDF-1.4\n", Kind.PDF),
        ("a.pdf", b"not really", Kind.PDF),
        ("a.docx", zipped("word/document.xml"), Kind.DOCX),
        ("a.zip", zipped("word/document.xml"), Kind.DOCX),
        ("a.html", b"<p>fragment", Kind.HTML),
        ("noname", b"<!DOCTYPE html><html>", Kind.HTML),
        ("a.md", b"# Head", Kind.MARKDOWN),
        ("a.txt", b"plain", Kind.TEXT),
        ("noname", b"plain", Kind.TEXT),
        ("a.txt", "größer".encode("utf-16"), Kind.TEXT),
        ("a.png", b"\x89PNG\r\n\x1a\n....", Kind.IMAGE),
        ("a.jpeg", b"\xff\xd8\xff\xe0....", Kind.IMAGE),
        ("scan.TIF", b"II*\x00....", Kind.IMAGE),
        ("a.webp", b"RIFF1234WEBPVP8 ", Kind.IMAGE),
        ("a.bmp", b"BM1234\x00\x00\x00\x00....", Kind.IMAGE),
    ],
)
def test_supported_kinds(name: str, content: bytes, kind: Kind):
    assert identify(name, content) is kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "Word 97 documents (.doc)"),
        ("a.bin", OLE + "WordDocument".encode("utf-16-le"), "Word 97 documents (.doc)"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "Excel workbooks (.xls)"),
        ("a.ppt", OLE + "PowerPoint Document".encode("utf-16-le"), "PowerPoint presentations (.ppt)"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("a.xlsx", zipped("xl/workbook.xml"), "Excel workbooks (.xlsx)"),
        ("a.docx", zipped("ppt/presentation.xml"), "PowerPoint presentations (.pptx)"),
        ("a.odt", zipped("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), "OpenDocument texts"),
        ("a.epub", zipped("x", mimetype=b"application/epub+zip"), "E-books"),
        ("a.zip", zipped("anything.pdf"), "Archives (.zip)"),
        ("a.rtf", b"{\\rtf1 words}", "Rich Text"),
        ("a.txt", b"{\\rtf1 words}", "Rich Text"),
        ("a.gif", b"GIF89a....", "GIF"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c....", "Archives (.7z)"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic....", "HEIC"),
        ("a.dcm", bytes(128) + b"DICM....", "DICOM"),
        ("a.xyz", bytes(range(1, 32)) * 20, "(.xyz)"),
        ("a.eml", b"From: a@example.org\n\nhello", "E-mail"),
    ],
)
def test_unsupported_kinds_are_named_with_advice(name: str, content: bytes, words: str):
    with pytest.raises(UnsupportedDocument) as caught:
        identify(name, content)
    assert words in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"hello"), ("a.docx", b"hello"), ("a.docx", b"PK\x03\x04broken"), ("a.docx", zipped("other.xml"))],
)
def test_files_that_are_not_what_they_say_are_refused(name: str, content: bytes):
    with pytest.raises(UnreadableDocument):
        identify(name, content)
