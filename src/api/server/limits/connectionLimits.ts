/** Connections on which nobody has shown a valid credential yet: browsers, probes, and idle ones. */
export const MAX_STRANGER_CONNECTIONS = 500;

/** WebSockets whose credential is not known yet. They are counted beside those below. */
export const MAX_STRANGER_SOCKETS = 200;

/** WebSockets whose credential is known: of all callers, and of one. */
export const MAX_SOCKETS = 1_000;
export const MAX_SOCKETS_PER_CALLER = 20;

/** Messages of one socket that are being answered, its running subscriptions included. */
export const MAX_MESSAGES_PER_SOCKET = 100;

/** Bodies that one caller is sending, in bytes: 32 of the largest, or some 2,000 small ones. */
export const MAX_BYTES_UNDER_WAY_PER_CALLER = 32 * 1024 * 1024;
