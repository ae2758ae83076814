"""A program with a slip."""

print("a"
value = [1, 2
