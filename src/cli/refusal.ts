/**
 * Ends a command with a message for a person, without a stack.
 * 1: what was asked is refused (a bad file, a conflict). 2: usage or environment.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
