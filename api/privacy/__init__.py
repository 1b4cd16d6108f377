"""What visitors may know and decide about what is kept of them: notice, export, deletion, age."""
