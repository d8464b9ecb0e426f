"""What several algorithms share: the contract, the penalties, the networks."""
