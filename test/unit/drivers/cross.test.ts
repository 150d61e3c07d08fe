// native ↔ noble in this engine: see the suite.
import { crossCheck } from '../../drivers/cross-check.ts';

crossCheck(4);
