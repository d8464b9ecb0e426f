"""One metric, one file: arrays in, floats out; no model, no file."""
