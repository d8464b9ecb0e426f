"""Tricks of the trade: each variant changes one thing of `dcgan`."""
