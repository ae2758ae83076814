"""A name with a slip."""

counter = 1
print(conter)
