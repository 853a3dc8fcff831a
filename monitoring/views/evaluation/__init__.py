"""The pages of evaluations, of what they recommend, and of impact stories."""
