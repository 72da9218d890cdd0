export { BosError, type ErrorKind } from '../core/errors.ts';
export {
  canonicalUniqueString,
  eventIdOf,
  legacyUniqueString,
  slugify,
  snapToFiveMinutes,
} from '../core/incidents/identity.ts';
export * from './builders.ts';
export * from './client.ts';
export * from './from-json.ts';
export * from './mask.ts';
export * from './plain.ts';
