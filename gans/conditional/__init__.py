"""Noise and a class in, sample out."""
