"""Facts in, remedies out: rules that a lawyer can read decide, and nothing else."""
