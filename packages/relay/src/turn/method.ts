/** The methods that this relay knows: RFC 8489 §18.1 (Binding) and RFC 8656 §17. */
export const turnMethod = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;
