// The packages of `tests/node`, which are not on the way from here to the root.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const there = createRequire(new URL('../node/package.json', import.meta.url));

/** A package as a module. */
export const installed = (name) => import(pathToFileURL(there.resolve(name)).href);
