"""Studies in addition to the leaderboards: search, verification and theory."""
