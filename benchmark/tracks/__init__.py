"""What differs between kinds of work: what is drawn, and by which metrics it is scored."""
