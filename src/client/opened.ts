// What a keystore is made of once a host has answered: keys, `subtle`, and the tables of algorithms behind them. Loaded
// while the host is asked (load.ts), so that it is nowhere in what the opening imports. No secrets.
export { Keystore } from './keystore.ts';
export { checkFallback } from './subtle/fallback.ts';
