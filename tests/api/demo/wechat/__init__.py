"""The fake WeChat keeps what the platform promises, and its limits."""
