"""The moderators' side on Discord: the queue, cards, decisions, and what follows from them by itself."""
