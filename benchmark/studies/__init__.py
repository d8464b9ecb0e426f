"""Studies beside the leaderboards: search, verification and theory."""
