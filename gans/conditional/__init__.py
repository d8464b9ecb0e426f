"""Variants that generate a sample from noise and a class."""
