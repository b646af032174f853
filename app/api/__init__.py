"""Thin HTTP edges: parse, call one function, render."""
