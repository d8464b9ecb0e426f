"""Training: the stage, the trainer, checkpoints and logs."""
