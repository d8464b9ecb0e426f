"""Sentences: rows of tokens, drawn one token after the other."""
