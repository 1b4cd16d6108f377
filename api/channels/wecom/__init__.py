"""企业微信「微信客服」: people in WeChat who write to a customer-service account of a company's."""
