"""The outside system AWS: one module per thing we own there. No SDK is imported anywhere else."""
