"""A disk that fails, and one that loses what was not synced, for tests of what a workspace survives."""
