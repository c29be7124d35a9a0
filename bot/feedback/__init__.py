"""What was asked and answered, and how members judged it."""
