"""What `help()` knows that is no docstring."""
