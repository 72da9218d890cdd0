import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../core/config/docs-page.ts';

/** Writes the pages of docs/ that follow from the code. */
const folder = new URL('../docs/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('configuration.md', folder), configurationPage());
