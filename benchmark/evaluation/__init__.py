"""Evaluation: sampling, scoring, reference rows and diagnosis."""
