"""Words planted into every part of a workspace, and a search for them in everything that stands on the disk."""
