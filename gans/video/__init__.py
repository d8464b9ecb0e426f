"""Variants that generate a clip from noise."""
