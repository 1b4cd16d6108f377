"""微信客服 as a whole: the service and a fake 企业微信, in virtual time."""
