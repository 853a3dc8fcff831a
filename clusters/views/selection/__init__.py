"""The pages of selection rounds (step 1 of the method)."""
