"""Noise in, clip out."""
