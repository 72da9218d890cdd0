/** What names compare by (oracle reference 4): trimmed, in lower case. */
export function nameKey(name: string): string {
  return name.trim().toLowerCase();
}
