"""The log and the crash files: what happened, never what was written, said or asked.

Code logs an event name and, as extra={"fields": {...}}, ids, counts and other single words. Anything else is left out
on its way to the file, since libraries log as they like.
"""

from __future__ import annotations

import io
import logging
import logging.handlers
import re
import time
from pathlib import Path

from engine.paths import private_folder
from engine.redaction import redact, traceback_lines

FILE_NAME = "chartside.log"
_BYTES = 1_000_000
_KEPT = 5
_WORD = re.compile(r"[\w.:+-]{1,64}")


class Log:
    """The log file of a data folder, from start() to close()."""

    def __init__(self, handler: logging.Handler, level_before: int) -> None:
        """Use start()."""
        self._handler = handler
        self._level_before = level_before

    @classmethod
    def start(cls, folder: Path, level: int = logging.INFO) -> Log:
        """Write what the program logs from now on into folder: at most 6 files of 1 MB. Raises OSError."""
        private_folder(folder)
        handler = _PrivateHandler(folder / FILE_NAME, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
        handler.setFormatter(EventFormatter())
        root = logging.getLogger()
        log = cls(handler, root.level)
        root.addHandler(handler)
        if root.level > level or root.level == logging.NOTSET:
            root.setLevel(level)
        return log

    def close(self) -> None:
        """Stop writing. Safe to call twice."""
        root = logging.getLogger()
        if self._handler in root.handlers:
            root.removeHandler(self._handler)
            root.setLevel(self._level_before)
            self._handler.close()


class _PrivateHandler(logging.handlers.RotatingFileHandler):
    """Every file it opens is readable by this person only."""

    def _open(self) -> io.TextIOWrapper:
        Path(self.baseFilename).touch(mode=0o600)
        return super()._open()


class EventFormatter(logging.Formatter):
    """One line an event: UTC time, level, module, event, fields; the traceback of an error below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", None)
        parts = [_event(record)]
        if isinstance(fields, dict):
            parts += [f"{key}={_value(value)}" for key, value in fields.items()]
        clean = logging.makeLogRecord(
            {
                "name": record.name,
                "levelname": record.levelname,
                "created": record.created,
                "msecs": record.msecs,
                "msg": " ".join(parts),
            }
        )
        lines = [super().format(clean)]
        if record.exc_info and record.exc_info[1] is not None:
            lines += traceback_lines(record.exc_info[1])
        return "\n".join(lines)


def _event(record: logging.LogRecord) -> str:
    """The message where it is an event name. Of a library's message only the template: its arguments can be anything,
    and a message put together beforehand can hold anything too."""
    if not isinstance(record.msg, str):
        return f"<{type(record.msg).__name__}>"
    if _WORD.fullmatch(record.msg):
        return record.msg
    return redact(record.msg) if record.args else _left_out(record.msg)


def _value(value: object) -> str:
    if value is None or isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, BaseException):
        return type(value).__name__
    text = str(value)
    return text if _WORD.fullmatch(text) else _left_out(text)


def _left_out(text: str) -> str:
    return f"<{len(text)} characters>"
