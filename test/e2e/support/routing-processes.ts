/** Starts routing-peer.ts processes and waits for what they say. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { NetHost } from './netns.ts'
import type { Said, Task } from './routing-peer.ts'

const script = fileURLToPath(new URL('routing-peer.ts', import.meta.url))

export class RoutingProcess {
  private readonly child: ChildProcess
  private readonly heard: Said[] = []
  private readonly waiting = new Set<() => void>()
  private ended: string | undefined
  private errors = ''

  constructor(task: Task, host?: NetHost) {
    const args = [script, JSON.stringify(task)]
    const stdio = ['pipe', 'pipe', 'pipe'] satisfies ['pipe', 'pipe', 'pipe']
    this.child =
      host === undefined ? spawn(process.execPath, args, { stdio }) : host.spawn(process.execPath, args, { stdio })
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const said: Said = JSON.parse(line)
        this.heard.push(said)
        this.wake()
      })
    }
    this.child.stderr?.on('data', (chunk) => {
      this.errors = `${this.errors}${chunk}`.slice(-4000)
    })
    this.child.on('exit', (code, signal) => {
      this.ended = `exit ${code ?? signal}: ${this.errors}`
      this.wake()
    })
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** The first `count` things said that fit, also those said before. */
  async say<T extends Said>(fits: (said: Said) => said is T, count = 1): Promise<T[]> {
    while (true) {
      const found = this.heard.filter(fits)
      if (found.length >= count) return found
      if (this.ended !== undefined) throw new Error(`the peer ended: ${this.ended}`)
      await new Promise<void>((resolve) => this.waiting.add(resolve))
    }
  }

  all(): readonly Said[] {
    return this.heard
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined) return
    const exited = new Promise<void>((resolve) => this.child.once('exit', () => resolve()))
    this.child.stdin?.end()
    await exited
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}

type Kind<K extends Said['said']> = Extract<Said, { said: K }>

export const ready = (said: Said): said is Kind<'ready'> => said.said === 'ready'
export const announced = (said: Said): said is Kind<'announced'> => said.said === 'announced'
export const foundBy =
  (peer: string, route: string) =>
  (said: Said): said is Kind<'found'> =>
    said.said === 'found' && said.peer === peer && said.route === route
