"""Variants that generate a sample from noise."""
