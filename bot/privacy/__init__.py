"""Members as keyed hashes, what they may see and delete, and what expires by itself."""
