"""Studies in addition to the leaderboards: search, sensitivity, theory and verification."""
