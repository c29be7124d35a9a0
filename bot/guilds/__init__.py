"""What each server has decided for itself, and whether the bot is still in it."""
