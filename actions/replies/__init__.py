"""What is said in the middle of a matter: answers, short words, meanings, suppositions, why not."""
