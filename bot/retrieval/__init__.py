"""A question to ranked sections; the second stage of the flow. Decides nothing about answering."""
