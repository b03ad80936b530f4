/** The few calls of a structured logger (pino's shape) that network and routing need. Facts first, then the sentence. */

type Facts = Record<string, unknown>

export interface NetworkLogger {
  debug(facts: Facts, message: string): void
  info(facts: Facts, message: string): void
  warn(facts: Facts, message: string): void
  error(facts: Facts, message: string): void
}

export const silentLogger: NetworkLogger = { debug() {}, info() {}, warn() {}, error() {} }

/** An error as one log line: never the stack of somebody else's bytes. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error).slice(0, 300)
}
