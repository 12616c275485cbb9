"""Two sides of text compared: which words mean something else in one than in the other."""
