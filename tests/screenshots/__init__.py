"""Pictures of every page of the real program: python -m tests.screenshots [--out DIR] [--only WORD]."""
