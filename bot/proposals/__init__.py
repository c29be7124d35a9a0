"""Corrections of the knowledge that moderators write on Discord: from a section's source text to a patch, kept, shown, and handed on."""
