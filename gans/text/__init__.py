"""Variants that generate sentences, token by token."""
