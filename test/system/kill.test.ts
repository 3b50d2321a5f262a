import { it } from 'vitest';
import { killAndLook, killing } from './kill.ts';

it(killing, killAndLook, 900_000);
