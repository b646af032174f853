"""Files in, a searchable store of documents, spans and passages out. Imports nothing of `app` or `eval`."""
