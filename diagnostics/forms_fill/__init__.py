"""The page on which a filed form is filled: what it shows, what it is sent, and what a device is told."""
