"""Files that other systems read."""
