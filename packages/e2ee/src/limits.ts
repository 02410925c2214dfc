export const endToEndLimits = {
  /** Of a chain: devices come and go for years, and each reader checks every line. */
  chainStatementsMax: 500,
  /** That are in a chain at one time. */
  chainDevicesMax: 20,
} as const;
