"""What people really ask: turns that went badly, in groups of one meaning."""
