/** The view cannot be continued from here; everything has to be read anew. */
export class OutOfStep extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'OutOfStep';
  }
}
