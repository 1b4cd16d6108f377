"""A fake WeChat: the platform's side of an Official Account and a phone, for tests and the demo."""
