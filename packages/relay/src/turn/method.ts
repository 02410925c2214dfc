/** The methods that this relay knows: RFC 8656 §17. Binding (RFC 8489 §18.1) is not among them. */
export const turnMethod = {
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;
