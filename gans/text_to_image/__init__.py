"""Caption in, image of what it says out."""
