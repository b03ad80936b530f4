/**
 * `npm run dev`: the window from its sources, redrawn as they are edited, on a real node. Vite serves the files and passes
 * what is for the node on to it; the node is told that this origin is one of its own. The node is of the last build and
 * keeps its profile: `npm run dev -- --profile /tmp/dev --network local`. Run by Node 24.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'vite'
import { fromRoot } from './lib/paths.mjs'

const PORT = 5173
const ORIGIN = `http://127.0.0.1:${PORT}`

const daemon = spawn(
  process.execPath,
  [
    fromRoot('dist/daemon.js'),
    '--headless',
    '--print-address',
    '--log-level',
    'warn',
    '--allow-origin',
    ORIGIN,
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
daemon.once('close', (code) => process.exit(code ?? 1))
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => daemon.kill(signal))

let said = ''
daemon.stdout.on('data', async (part) => {
  const before = said
  said += part
  const pattern = /^address http:\/\/127\.0\.0\.1:(\d+)\/(#t=[0-9a-f]{64})\n/m
  const [, port, fragment] = pattern.exec(said) ?? []
  if (port === undefined || pattern.test(before)) return
  const target = `http://127.0.0.1:${port}`
  const server = await createServer({
    configFile: fromRoot('vite.config.ts'),
    server: {
      host: '127.0.0.1',
      port: PORT,
      strictPort: true,
      proxy: {
        '^/(session|upload/.*)$': { target, changeOrigin: true },
        '^/rpc$': { target, changeOrigin: true, ws: true },
      },
    },
  })
  await server.listen()
  console.log(
    `Open within two minutes, once; later: shoal open --print, with port ${PORT}\n\n  ${ORIGIN}/${fragment}\n`,
  )
})
