"""Variants that generate an image from noise and a caption."""
