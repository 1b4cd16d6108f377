"""WeChat Official Accounts: the protocol, in both directions."""
