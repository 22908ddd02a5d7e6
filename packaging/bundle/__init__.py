"""The frozen program: what goes into it, how it is built, and what a built one is checked for."""
