"""Asking on Discord: commands and messages in, answers with their controls out, and what members say about them."""
