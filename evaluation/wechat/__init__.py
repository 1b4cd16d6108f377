"""WeChat under load: many users of a fake WeChat who speak to a helpline at once."""
