"""The contracts of a track and of its scorer, and what several tracks share."""
