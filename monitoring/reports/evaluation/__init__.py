"""The evaluation report (OECD-DAC): snapshot, document and files."""
