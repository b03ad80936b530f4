/** HTTP as it goes over the wire: exactly these lines, and whatever comes back. A client library would tidy up what an attack is made of. */
import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** `body`: sent after the head as it is. A WebSocket that opens is closed after its head. */
export function rawRequest(port: number, lines: readonly string[], body = ''): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setTimeout(10_000, () => reject(new Error(`no answer to ${lines[0]}`)))
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (text.startsWith('HTTP/1.1 101')) socket.destroy()
    })
    const done = () => {
      const end = text.indexOf('\r\n\r\n')
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        head: text.slice(0, end),
        body: text.slice(end + 4),
      })
    }
    socket.on('close', done)
    socket.on('error', done)
    socket.write(`${[...lines, '', ''].join('\r\n')}${body}`)
  })
}

export function headerOf(answer: RawAnswer, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(answer.head)?.[1]?.trim()
}
