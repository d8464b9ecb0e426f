"""Noise in, sample out."""
