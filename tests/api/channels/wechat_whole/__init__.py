"""The service and a fake WeChat, spoken to from a telephone: nothing lost, nothing doubled."""
