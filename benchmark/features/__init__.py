"""Feature extractors, the stage that pins them, and perceptual losses."""
