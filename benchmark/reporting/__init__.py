"""Tables and statistics over all runs."""
