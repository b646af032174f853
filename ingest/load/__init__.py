"""Loaders: a table from suffix to the function that reads it, and the guarded process they run in."""
