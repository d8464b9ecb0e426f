"""The pipeline: one stage, one file."""
