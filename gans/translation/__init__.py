"""Image in, image of another domain out."""
