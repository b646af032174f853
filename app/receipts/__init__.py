"""Receipts: what is needed to check an answer again without the service that gave it."""
