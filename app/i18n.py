"""Words of the window: one place through which every visible string passes, so that it can be translated."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime


def tr(context: str, text: str, **values: object) -> str:
    """The text in the reader's language, with {named} values filled in. context: the page or dialog it stands in."""
    translated = QCoreApplication.translate(context, text)
    return translated.format(**values) if values else translated


def counted(context: str, one: str, many: str, count: int) -> str:
    """one for a count of 1, else many; {count} is filled in, grouped as the reader's language does."""
    text = QCoreApplication.translate(context, one if count == 1 else many)
    return text.format(count=QLocale().toString(count))


def size_text(size: int) -> str:
    """A number of bytes as people read it: "1.1 GB" (units of 1000, as download sizes are given)."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def day_text(iso: str) -> str:
    """An ISO date in the reader's way of writing, with the month's name; anything else as it is."""
    day = QDate.fromString(iso, "yyyy-MM-dd")
    return QLocale().toString(day, QLocale.FormatType.LongFormat) if day.isValid() else iso


def when_text(iso: str) -> str:
    """An ISO time where the reader is, short enough for a table: "21 Nov 2026, 14:05"."""
    when = datetime.fromisoformat(iso).astimezone()
    day = QLocale().toString(QDate(when.year, when.month, when.day), "d MMM yyyy")
    return f"{day}, {QLocale().toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)}"


def moment_text(iso: str) -> str:
    """An ISO time as date and time of day where the reader is."""
    when = datetime.fromisoformat(iso).astimezone()
    time = QLocale().toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)
    return f"{day_text(when.date().isoformat())}, {time}"
