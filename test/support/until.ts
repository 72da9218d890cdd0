/**
 * Waits until `test` answers something truthy and returns it; polls every 10 ms of real time.
 * Fails with what was awaited after `timeoutMs`.
 */
export async function until<T>(
  what: string,
  test: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await test();
    if (value) return value as NonNullable<T>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
