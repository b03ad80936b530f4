/** The node and the settings that the bench's double tells. Pure. */
import type { NodeStatus } from '../../shared/contract/model.ts'
import type { SettingsView } from '../../shared/contract/settings.ts'
import { VERSION } from '../../shared/version.ts'
import { node, settingsView } from '../../test/support/samples.ts'

const UPLOAD_SLOTS = 8

export function syntheticNode(startedAt: number, down: number, up: number): NodeStatus {
  return node({
    peer: '12D3KooWSyntheticNode',
    name: 'Bench Heron',
    version: VERSION,
    startedAt,
    profile: '/tmp/synthetic',
    connections: 200,
    shoalPeers: 200,
    downBytesPerSecond: down,
    upBytesPerSecond: up,
    uploadSlots: UPLOAD_SLOTS,
  })
}

const { schedule, network, ui, desktop } = settingsView().settings

export const syntheticSettings: SettingsView = settingsView({
  downloadFolder: '/tmp/synthetic',
  schedule: { ...schedule, days: [] },
  uploadSlots: UPLOAD_SLOTS,
  network: { ...network, internetDht: false, mdns: false, portMapping: false, quic: false },
  ui: { ...ui, language: 'en', theme: 'dark', notifyDone: false, notifyTrouble: false, backgroundExplained: true },
  desktop: { ...desktop, checkForUpdates: false },
})
