"""Feature extractors, the stage that trains and pins them, and perceptual losses."""
