/**
 * TCP with its writes gathered: the encrypting layer hands the socket each frame as three pieces (length, body, tag), and
 * the stock transport writes each by itself, one system call and one packet a piece. Opening a stream alone takes four
 * frames. Corked until the event that sends has been dealt with, all of them leave as one. It wraps the library's
 * transport from outside and changes nothing else of it.
 * Measured (1 GiB, loopback): the downloader's socket writes fall from 1.05 s to 0.15 s of CPU, see tuning.ts.
 */
import type { Socket } from 'node:net'
import type { MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import { type TCPComponents, type TCPOptions, tcp } from '@libp2p/tcp'
import type { Uint8ArrayList } from 'uint8arraylist'

interface SocketConnection {
  socket: Socket
  sendData(data: Uint8ArrayList): { sentBytes: number; canSendMore: boolean }
}

export function batchingTcp(options: TCPOptions): (components: TCPComponents) => Transport {
  return (components) => {
    const transport = tcp(options)(components)
    const dial = transport.dial.bind(transport)
    const createListener = transport.createListener.bind(transport)
    transport.dial = (address, dialOptions) =>
      dial(address, { ...dialOptions, upgrader: corking(dialOptions.upgrader) })
    transport.createListener = (listenOptions) =>
      createListener({ ...listenOptions, upgrader: corking(listenOptions.upgrader) })
    return transport
  }
}

/** An upgrader that lets a connection gather what it sends before it is upgraded. */
function corking(upgrader: Upgrader): Upgrader {
  return new Proxy(upgrader, {
    get(target, name) {
      if (name === 'upgradeInbound')
        return (connection: MultiaddrConnection, options: never) => target.upgradeInbound(corked(connection), options)
      if (name === 'upgradeOutbound')
        return (connection: MultiaddrConnection, options: never) => target.upgradeOutbound(corked(connection), options)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function corked(connection: MultiaddrConnection): MultiaddrConnection {
  if (!hasSocket(connection)) return connection
  const { socket } = connection
  let isCorked = false
  const release = () => {
    isCorked = false
    socket.uncork()
  }
  connection.sendData = (data) => {
    let sentBytes = 0
    let canSendMore = true
    if (!isCorked) {
      isCorked = true
      socket.cork()
      // After all promises that are settled by now; before anything is read.
      process.nextTick(release)
    }
    for (const piece of data) {
      sentBytes += piece.byteLength
      canSendMore = socket.write(piece)
    }
    return { sentBytes, canSendMore }
  }
  return connection
}

/** What the library's connection looks like inside; another version may differ, then nothing is gathered. */
function hasSocket(connection: MultiaddrConnection): connection is MultiaddrConnection & SocketConnection {
  return 'socket' in connection && typeof Reflect.get(connection, 'sendData') === 'function'
}
