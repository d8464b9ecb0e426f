"""Data sets: sources, preparation, splits and batches."""
