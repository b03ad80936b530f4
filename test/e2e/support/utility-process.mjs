/**
 * Makes plain Node look like an Electron utility process to the program it then loads: `process.parentPort`, with
 * messages that wait until somebody listens, and ports that tell of messages as `{ data }`. As a child process messages go
 * over Node's IPC (no ports); as a worker thread over its own port, with ports. The program is the last argument, or
 * `workerData.program`. Nothing else of Electron is imitated.
 */
import { EventEmitter } from 'node:events'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'

class ParentPort extends EventEmitter {
  /** @type {unknown[]} */
  #early = []

  /** @param {unknown} event */
  arrive(event) {
    if (this.listenerCount('message') > 0) this.emit('message', event)
    else this.#early.push(event)
  }

  /**
   * @override
   * @param {string | symbol} name
   * @param {(...args: any[]) => void} listener
   */
  on(name, listener) {
    super.on(name, listener)
    for (const event of this.#early.splice(0)) this.emit('message', event)
    return this
  }

  /** @param {unknown} message */
  postMessage(message) {
    if (isMainThread) process.send?.(message)
    else parentPort?.postMessage(message)
  }
}

/** @param {import('node:worker_threads').MessagePort} port */
function asElectron(port) {
  return {
    /** @param {unknown} message */
    postMessage: (message) => port.postMessage(message),
    /**
     * @param {string} name
     * @param {(event: { data: unknown }) => void} listener
     */
    on: (name, listener) => port.on(/** @type {'message'} */ (name), (data) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  }
}

const imitation = new ParentPort()
Object.defineProperty(process, 'parentPort', { value: imitation })
if (isMainThread) process.on('message', (message) => imitation.arrive({ data: message, ports: [] }))
else {
  parentPort?.on('message', ({ message, ports }) => {
    imitation.arrive({ data: message, ports: ports.map(asElectron) })
  })
}

await import(isMainThread ? String(process.argv.at(-1)) : workerData.program)
