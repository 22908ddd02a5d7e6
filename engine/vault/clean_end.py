"""A file that stands in the folder of an open workspace, and is there at the next start if nobody closed it."""

from __future__ import annotations

import logging
from pathlib import Path

from engine.paths import Paths

_logger = logging.getLogger(__name__)


class CleanEnd:
    """unclean: whether the session before this one ended without closing the workspace."""

    def __init__(self, paths: Paths) -> None:
        """Call it once the workspace is held. A mark that cannot be set or removed stops nobody."""
        self._mark: Path = paths.data / "workspace.open"
        self.unclean = self._mark.exists()
        try:
            self._mark.touch(mode=0o600)
        except OSError:
            _logger.warning("open_mark_not_set")

    def closed(self) -> None:
        try:
            self._mark.unlink(missing_ok=True)
        except OSError:
            _logger.warning("open_mark_not_removed")
