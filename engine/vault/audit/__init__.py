"""The record of who did what: append-only, chained, written in the transaction of the act."""
