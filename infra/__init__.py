"""What exists in AWS: one construct a capability, put together in `stack.py`."""
