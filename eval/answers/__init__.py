"""Evals of whole answers: is what they cite right, do they know when to be silent, what does a model cost."""
