"""The publish log: the only truth about what is due and what was done."""
