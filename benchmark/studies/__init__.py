"""Studies beside the leaderboards: search, long runs, sensitivity, theory and verification."""
