// Who is speaking: shown in handshakes and in errors about version skew. A unit test compares it with package.json.

/** The package version. */
export const BUILD = '0.1.0';

/** Raised whenever a client and a host of different versions could misunderstand each other. */
export const PROTOCOL = 2;
