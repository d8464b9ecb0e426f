"""Shared by several algorithms: the contract, penalties, losses and networks."""
