"""The note's model reads along while a visit is recorded, so that the note starts at once when it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError

_logger = logging.getLogger(__name__)

# Hearing comes first: where its text lags so far behind the voice, the processor is needed for that.
_MOST_LAG_S = 20.0


class ReadingAhead:
    """One thread that prepares what was said so far, again and again, until it is ended."""

    def __init__(self, prepare: Callable[[CancelToken], None]) -> None:
        self._prepare = prepare
        self._cancel = CancelToken()
        self._doing = CancelToken()
        self._more = threading.Event()
        self._lagging = False
        self._thread = threading.Thread(target=self._run, name="visit-reading-ahead", daemon=True)
        self._thread.start()

    def said(self, lag_s: float) -> None:
        """There are new words; the text is lag_s behind the voice."""
        self._lagging = lag_s > _MOST_LAG_S
        if self._lagging:
            self._doing.cancel()
        self._more.set()

    def end(self) -> None:
        """Stop; does not wait."""
        self._cancel.cancel()
        self._doing.cancel()
        self._more.set()

    def _run(self) -> None:
        while not self._cancel.cancelled:
            self._more.wait()
            self._more.clear()
            self._doing = CancelToken()
            if self._lagging or self._cancel.cancelled:
                continue
            try:
                self._prepare(self._doing)
            except Cancelled:
                continue
            except UserError as error:  # no model, or it failed: the draft will say so
                _logger.info("not_read_ahead", extra={"fields": {"error": type(error).__name__}})
                return
