// The two drivers by name. Imported by the host only: both handle secrets.
import type { Driver, DriverName } from './driver.ts';
import { noble } from './noble/index.ts';
import { webcrypto } from './webcrypto/index.ts';

export const drivers: Readonly<Record<DriverName, Driver>> = { webcrypto, noble };
