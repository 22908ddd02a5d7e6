"""Notes with one planted error each: where they come from, how they are made, how they are counted."""
