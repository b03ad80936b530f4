/**
 * Electron's MessageChannelMain on top of Node's MessageChannel: real ports that really queue, start, transfer and close,
 * with Electron's way of telling of it (`{ data, ports }`).
 */
import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

export class FakePortMain extends EventEmitter {
  readonly raw: MessagePort
  closed = false

  constructor(raw: MessagePort) {
    super()
    this.raw = raw
    // Started by `start` only, as in Electron: so the listener is added there.
    raw.on('close', () => {
      this.closed = true
      this.emit('close')
    })
    raw.unref()
  }

  start(): void {
    this.raw.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
    this.raw.unref()
  }

  postMessage(message: unknown): void {
    this.raw.postMessage(message)
  }

  close(): void {
    this.raw.close()
  }
}

export class FakeMessageChannelMain {
  readonly port1: FakePortMain
  readonly port2: FakePortMain

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new FakePortMain(port1)
    this.port2 = new FakePortMain(port2)
  }
}
