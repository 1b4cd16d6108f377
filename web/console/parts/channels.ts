const CHANNELS: Record<string, string> = {
  web: "网页",
  h5: "手机网页",
  wechat: "微信",
  phone: "电话",
  mail: "邮件",
};

/** The name of the channel that a visitor came by. */
export function channelName(channel: string): string {
  return CHANNELS[channel] ?? channel;
}
