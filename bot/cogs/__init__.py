"""Where Discord's events come in: commands, context menus and listeners, each a few lines before a stage is called."""
