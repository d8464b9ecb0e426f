"""Small image in, larger image out."""
