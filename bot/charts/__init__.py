"""Pictures of numbers, as PNG bytes with the text that stands for them. Knows nothing of what the numbers mean."""
