"""What administrators see of the settings of their server."""
