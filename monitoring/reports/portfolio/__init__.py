"""The portfolio report: snapshot, document and files."""
