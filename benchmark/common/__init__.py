"""Code that several packages share: files, messages, seeds, threads, provenance."""
