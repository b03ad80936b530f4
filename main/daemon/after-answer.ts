/**
 * What a command does only when its answer has left: ending the very process that answers. The command says so with
 * `afterAnswer`, wherever it is called from; whoever answers, answers within `answering`. It knows nothing of commands.
 * Rule [UI87].
 */
import { AsyncLocalStorage } from 'node:async_hooks'

interface Answer {
  afterwards: (() => void) | undefined
}

const answers = new AsyncLocalStorage<Answer>()

/** `answer` resolves when the answer has been taken by the connection, and rejects when it cannot be any more. */
export async function answering<T>(answer: () => Promise<T>): Promise<T> {
  const mine: Answer = { afterwards: undefined }
  try {
    return await answers.run(mine, answer)
  } finally {
    mine.afterwards?.()
  }
}

/** Of a command that nobody waits for, in its own turn. */
export function afterAnswer(run: () => void): void {
  const mine = answers.getStore()
  if (mine === undefined) setImmediate(run)
  else mine.afterwards = run
}
