"""The pipeline: plan, executor, and the settings and sources of each stage."""
