/** What is done after an answer: when it has left, when it cannot leave, and that commands do not mix theirs up. */
import { describe, expect, test } from 'vitest'
import { afterAnswer, answering } from '../../../main/daemon/after-answer.ts'

describe('[UI87] what a command does after its answer', () => {
  test('waits for the answer to be taken', async () => {
    const said: string[] = []
    const taken = Promise.withResolvers<void>()
    const answered = answering(async () => {
      afterAnswer(() => said.push('afterwards'))
      said.push('command')
      await taken.promise
      said.push('taken')
    })
    await Promise.resolve()
    expect(said).toEqual(['command'])
    taken.resolve()
    await answered
    expect(said).toEqual(['command', 'taken', 'afterwards'])
  })

  test('is done also when nobody is left to be answered', async () => {
    const said: string[] = []
    const answered = answering(async () => {
      afterAnswer(() => said.push('afterwards'))
      throw new Error('The connection is gone.')
    })
    await expect(answered).rejects.toThrow('gone')
    expect(said).toEqual(['afterwards'])
  })

  test('is not done by the answer to another command', async () => {
    const said: string[] = []
    const slow = Promise.withResolvers<void>()
    const first = answering(async () => {
      afterAnswer(() => said.push('first'))
      await slow.promise
    })
    await answering(async () => {})
    expect(said).toEqual([])
    slow.resolve()
    await first
    expect(said).toEqual(['first'])
  })
})
