"""The subcommands of the command line; engine.cli parses and dispatches."""
