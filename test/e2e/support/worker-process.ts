/** A utility process as a worker thread of this process: Electron's interface, Node's threads, real ports between them. */
import { EventEmitter } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FakePortMain } from '../../unit/electron/support/fake-ports.ts'

const SHIM = fileURLToPath(new URL('utility-process.mjs', import.meta.url))

export class WorkerProcess extends EventEmitter {
  readonly worker: Worker
  readonly stderr = new EventEmitter()
  pid: number | undefined

  constructor(modulePath: string, args: readonly string[]) {
    super()
    this.worker = new Worker(SHIM, { workerData: { program: pathToFileURL(modulePath).href }, argv: [...args] })
    this.pid = this.worker.threadId
    this.worker.on('message', (message: unknown) => this.emit('message', message))
    this.worker.on('error', (error) => this.stderr.emit('data', String(error)))
    this.worker.on('exit', (code) => {
      this.pid = undefined
      this.emit('exit', code)
    })
  }

  postMessage(message: unknown, ports: readonly FakePortMain[] = []): void {
    const raw = ports.map((port) => port.raw)
    this.worker.postMessage({ message, ports: raw }, raw)
  }

  kill(): boolean {
    void this.worker.terminate()
    return true
  }
}
