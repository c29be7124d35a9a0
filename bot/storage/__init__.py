"""The database: its tables, how it is opened, and how its schema moves on. Knows nothing of votes or reviews."""
