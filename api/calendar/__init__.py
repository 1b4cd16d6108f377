"""The deadlines of a matter as a file for telephones and computers."""
