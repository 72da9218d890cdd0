/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** A JSON object; a member that is undefined is not written. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** How the node writes a signed 64-bit number: text outside the 32-bit range (chain reference 2.2). */
export function int64Json(value: bigint): number | string {
  return value > 2147483647n || value < -2147483648n ? value.toString() : Number(value);
}

/** Seconds since 1970 as the node writes them: UTC, whole seconds, no zone suffix. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}
