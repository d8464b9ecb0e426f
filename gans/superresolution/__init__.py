"""Variants that generate a high-resolution image from a low-resolution one."""
