"""Values of the engine in the reader's words, where several places say the same."""
