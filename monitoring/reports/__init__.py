"""The reports of monitoring, and the files that any report becomes."""
