"""Painted and styled building blocks; they know the theme and nothing of networks."""
