"""Offline measurement of what retrieval finds and what answers cite."""
