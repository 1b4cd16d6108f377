"""Moving: one case goes on over another channel, by a code or a link."""
