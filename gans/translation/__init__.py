"""Variants that translate an image to another domain."""
