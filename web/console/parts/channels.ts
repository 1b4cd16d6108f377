const CHANNELS: Record<string, string> = {
  web: "网页",
  h5: "手机网页",
  wechat: "微信",
  wecom: "企业微信客服",
  phone: "电话",
  mail: "邮件",
};

/** The channels that there are, in the order in which they are offered. */
export const ALL_CHANNELS: readonly string[] = Object.keys(CHANNELS);

/** The name of the channel that a visitor came by. */
export function channelName(channel: string): string {
  return CHANNELS[channel] ?? channel;
}
