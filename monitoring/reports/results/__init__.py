"""The results report: snapshot, document and files."""
