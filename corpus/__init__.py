"""The curated store of documents, and the scripts that keep it."""
