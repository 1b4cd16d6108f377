"""How the office works on a ticket: who gets it, in which hours, and by when something is due."""
