"""The pipeline: its plan, its executor and what each stage is made from."""
