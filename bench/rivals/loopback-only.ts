/**
 * Loaded before a rival (node --import): it listens and dials on the loopback interface only, whatever its own settings
 * are, and its WebRTC parts, which need a native module that is fetched at install and which no scenario uses, are left
 * out. A dial or a datagram to anywhere else is an error, so a run that ends well has sent nothing off this machine.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import module from 'node:module'
import net from 'node:net'

const LOOPBACK = '127.0.0.1'

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.')
}

function refuse(host: string): never {
  throw new Error(`loopback only: refused to reach ${host}`)
}

// Patching prototypes is for test equipment only: the rivals offer no setting for it.
type Method = (this: unknown, ...args: unknown[]) => unknown
function patch(target: object, name: string, wrap: (original: Method) => Method): void {
  const methods = target as Record<string, Method>
  const original = methods[name]
  if (original === undefined) throw new Error(`nothing to patch: ${name}`)
  methods[name] = wrap(original)
}

patch(
  net.Server.prototype,
  'listen',
  (listen) =>
    function (...args) {
      const [first, ...rest] = args
      if (typeof first === 'number') {
        const callback = rest.find((value) => typeof value === 'function')
        return listen.call(this, { port: first, host: LOOPBACK }, ...(callback === undefined ? [] : [callback]))
      }
      if (typeof first === 'object' && first !== null && 'port' in first)
        return listen.call(this, { ...first, host: LOOPBACK }, ...rest)
      return listen.apply(this, args)
    },
)

patch(
  net.Socket.prototype,
  'connect',
  (connect) =>
    function (...args) {
      // Inside Node, net.connect passes its normalised arguments as one array.
      const [options, second] = Array.isArray(args[0]) ? args[0] : args
      const host = typeof options === 'object' && options !== null ? (options as { host?: string }).host : second
      if (typeof host === 'string' && !isLoopback(host)) refuse(host)
      return connect.apply(this, args)
    },
)

patch(
  dgram.Socket.prototype,
  'send',
  (send) =>
    function (...args) {
      const address = args.find((value) => typeof value === 'string' && /^[\d.:a-f]+$/i.test(value))
      if (typeof address !== 'string' || !isLoopback(address)) refuse(String(address))
      return send.apply(this, args)
    },
)

patch(
  dns,
  'lookup',
  (lookup) =>
    function (...args) {
      const [host] = args
      if (typeof host === 'string' && net.isIP(host) === 0 && host !== 'localhost') refuse(host)
      return lookup.apply(this, args)
    },
)

/** Modules whose native part is not installed, and what their importers ask of them by name. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'webrtc-polyfill': ['RTCPeerConnection', 'RTCSessionDescription', 'RTCIceCandidate'],
  '@libp2p/webrtc': ['webRTC', 'webRTCDirect'],
}

module.registerHooks({
  resolve(specifier, context, nextResolve) {
    const names = LEFT_OUT[specifier]
    if (names === undefined) return nextResolve(specifier, context)
    const source = names.map((name) => `export const ${name} = undefined`).join('\n')
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
  },
})
