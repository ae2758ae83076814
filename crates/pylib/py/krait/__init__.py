"""What this Python has that others do not."""
