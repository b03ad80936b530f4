/** The node and the settings that the bench's double tells. Pure. */
import type { NodeStatus } from '../../shared/contract/model.ts'
import type { SettingsView } from '../../shared/contract/settings.ts'
import { VERSION } from '../../shared/version.ts'

export function syntheticNode(startedAt: number, down: number, up: number): NodeStatus {
  return {
    peer: '12D3KooWSyntheticNode',
    name: 'Bench Heron',
    version: VERSION,
    startedAt,
    network: 'local',
    profile: '/tmp/synthetic',
    listening: ['/ip4/127.0.0.1/tcp/4001'],
    reachable: [],
    connections: 200,
    shoalPeers: 200,
    dht: [],
    quic: false,
    downBytesPerSecond: down,
    upBytesPerSecond: up,
    receivedBytes: 0,
    sentBytes: 0,
    wireReceivedBytes: 0,
    wireSentBytes: 0,
    uploadSlots: 8,
  }
}

export const syntheticSettings: SettingsView = {
  settings: {
    downloadFolder: '/tmp/synthetic',
    limits: { down: null, up: null },
    schedule: { enabled: false, fromMinute: 540, toMinute: 1020, days: [], down: null, up: null },
    uploadSlots: 8,
    network: {
      mode: 'local',
      lanDht: true,
      internetDht: false,
      mdns: false,
      portMapping: false,
      quic: false,
      listenPort: 0,
      bootstrap: [],
    },
    ui: {
      language: 'en',
      theme: 'dark',
      contrast: 'auto',
      motion: 'auto',
      notifyDone: false,
      notifyTrouble: false,
      backgroundExplained: true,
    },
    desktop: { startAtLogin: false, keepInBackground: true, checkForUpdates: false },
  },
  waiting: [],
  fixed: [],
  scheduleActive: false,
}
