"""Sheets that come into the results."""
