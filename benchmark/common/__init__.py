"""What several packages share: messages, seeds, threads, provenance."""
