"""What a file is: by its content first, by its name only where content cannot tell (Markdown, HTML, plain text)."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from pathlib import PurePath

from engine.errors import UnreadableDocument, UnsupportedDocument


class Kind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    IMAGE = "image"


EXTENSIONS: dict[str, Kind] = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".docm": Kind.DOCX,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".log": Kind.TEXT,
    ".csv": Kind.TEXT,
    ".tsv": Kind.TEXT,
    ".rst": Kind.TEXT,
    ".png": Kind.IMAGE,
    ".jpg": Kind.IMAGE,
    ".jpeg": Kind.IMAGE,
    ".tif": Kind.IMAGE,
    ".tiff": Kind.IMAGE,
    ".webp": Kind.IMAGE,
    ".bmp": Kind.IMAGE,
}
_SAVE_AS = "Save it as PDF or DOCX and add that."
_UNSUPPORTED_NAMES: dict[str, tuple[str, str]] = {
    ".doc": ("Word 97 documents (.doc)", _SAVE_AS),
    ".dot": ("Word 97 templates (.dot)", _SAVE_AS),
    ".xls": ("Excel workbooks (.xls)", "Save the sheet as PDF and add that."),
    ".xlsx": ("Excel workbooks (.xlsx)", "Save the sheet as PDF and add that."),
    ".ppt": ("PowerPoint presentations (.ppt)", "Save it as PDF and add that."),
    ".pptx": ("PowerPoint presentations (.pptx)", "Save it as PDF and add that."),
    ".odt": ("OpenDocument texts (.odt)", _SAVE_AS),
    ".ods": ("OpenDocument sheets (.ods)", "Save it as PDF and add that."),
    ".odp": ("OpenDocument presentations (.odp)", "Save it as PDF and add that."),
    ".rtf": ("Rich Text documents (.rtf)", _SAVE_AS),
    ".pages": ("Pages documents (.pages)", "Export it as PDF or Word and add that."),
    ".epub": ("E-books (.epub)", "Save it as PDF and add that."),
    ".msg": ("Outlook messages (.msg)", "Save it as PDF or HTML and add that."),
    ".eml": ("E-mail messages (.eml)", "Save it as PDF or HTML and add that."),
    ".zip": ("Archives (.zip)", "Unpack it and add the files inside."),
    ".rar": ("Archives (.rar)", "Unpack it and add the files inside."),
    ".7z": ("Archives (.7z)", "Unpack it and add the files inside."),
    ".gz": ("Archives (.gz)", "Unpack it and add the files inside."),
    ".gif": ("GIF pictures", "Save it as PNG and add that."),
    ".heic": ("HEIC photographs (.heic)", "Save it as JPEG and add that."),
    ".dcm": ("DICOM studies (.dcm)", "Export the report as PDF and add that."),
    ".mp3": ("Sound recordings", "Add a written document."),
    ".wav": ("Sound recordings", "Add a written document."),
    ".mp4": ("Videos", "Add a written document."),
}
_IMAGE_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"BM")
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", ".rtf"),
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b", ".gz"),
    (b"GIF8", ".gif"),
    (b"ID3", ".mp3"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


def identify(name: str, content: bytes) -> Kind:
    """The kind of a file. Raises UnsupportedDocument or, for an empty or damaged file, UnreadableDocument."""
    extension = PurePath(name).suffix.lower()
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("The file is empty.", "Check that it was saved or copied completely.")
    if b"%PDF-" in content[:1024]:
        return Kind.PDF
    if (
        content.startswith(_IMAGE_MAGIC[:-1])
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or _is_bmp(content)
    ):
        return Kind.IMAGE
    if content.startswith(b"PK"):
        return _zip_kind(content, extension)
    if content.startswith(_OLE):
        raise _ole_error(content, extension)
    for magic, unsupported in _OTHER_MAGIC:
        if content.startswith(magic):
            raise _unsupported(unsupported)
    if content[4:8] == b"ftyp":
        raise _unsupported(".heic" if content[8:12] in (b"heic", b"heix", b"mif1") else ".mp4")
    if content[128:132] == b"DICM":
        raise _unsupported(".dcm")
    return _text_kind(content, extension)


def _is_bmp(content: bytes) -> bool:
    return content.startswith(b"BM") and content[6:10] == b"\x00\x00\x00\x00"


def _text_kind(content: bytes, extension: str) -> Kind:
    kind = EXTENSIONS.get(extension)
    if kind is Kind.PDF:
        return Kind.PDF  # the PDF reader says what is wrong with it
    if kind in (Kind.DOCX, Kind.IMAGE):
        raise UnreadableDocument(
            f"The file is not what its name says: its content is not a {extension} file.",
            "Get a fresh copy of the file and add it again.",
        )
    if extension in _UNSUPPORTED_NAMES:
        raise _unsupported(extension)
    if not looks_like_text(content):
        shown = f"Files of this kind ({extension})" if extension else "Files of this kind"
        raise UnsupportedDocument(f"{shown} cannot be read.", _SAVE_AS)
    if kind in (Kind.HTML, Kind.MARKDOWN):
        return kind
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_MARKS) or (start.startswith(b"<?xml") and b"<html" in start):
        return Kind.HTML
    return Kind.TEXT


def looks_like_text(content: bytes) -> bool:
    """Whether bytes can be text of any encoding: few control characters, or the zeros of UTF-16 in a pattern."""
    sample = content[:8192]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    zeros = sample.count(0)
    if zeros:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        return max(even, odd) > 0.3 * len(sample) / 2 and min(even, odd) < 0.05 * len(sample) / 2
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    return control <= 0.02 * len(sample)


def _zip_kind(content: bytes, extension: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        if EXTENSIONS.get(extension) is Kind.DOCX or extension not in _UNSUPPORTED_NAMES:
            raise UnreadableDocument(
                "The file is damaged and cannot be opened.",
                "Get a fresh copy of the file and add it again.",
                str(error),
            ) from error
        raise _unsupported(extension) from error
    for part, found in (("word/document.xml", ""), ("xl/", ".xlsx"), ("ppt/", ".pptx")):
        if any(name.startswith(part) for name in names):
            if not found:
                return Kind.DOCX
            raise _unsupported(found)
    for mark, found in (
        (b"opendocument.text", ".odt"),
        (b"spreadsheet", ".ods"),
        (b"presentation", ".odp"),
        (b"epub", ".epub"),
    ):
        if mark in mimetype:
            raise _unsupported(found)
    if EXTENSIONS.get(extension) is Kind.DOCX:
        raise UnreadableDocument(
            "The Word document has no text part.", "Open it in Word, save it again, and add the saved copy."
        )
    raise _unsupported(extension if extension in _UNSUPPORTED_NAMES else ".zip")


def _ole_error(content: bytes, extension: str) -> UnsupportedDocument:
    """Old Office files and password-protected new ones share one container."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UnsupportedDocument(
            "Office files protected by a password cannot be read.",
            "Open it in the program it came from, remove the password, and add it again.",
        )
    for stream, found in (("WordDocument", ".doc"), ("Workbook", ".xls"), ("PowerPoint Document", ".ppt")):
        if stream.encode("utf-16-le") in content:
            return _unsupported(found)
    return _unsupported(extension if extension in _UNSUPPORTED_NAMES else ".doc")


def _unsupported(extension: str) -> UnsupportedDocument:
    name, advice = _UNSUPPORTED_NAMES[extension]
    return UnsupportedDocument(f"{name} cannot be read.", advice)
