"""A fake 企业微信: its side of 微信客服 for tests, with its quotas, errors and repeats."""
