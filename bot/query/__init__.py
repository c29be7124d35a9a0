"""What a message asks: cleaned text, small talk, questions of a known form, and whether it leans on the turn before. Knows no index."""
