"""Chinese text made comparable, and what is counted in it: spelling, words, days, sums, numbers."""
