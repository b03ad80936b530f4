/**
 * One sample of each thing that the contract tells of, to be changed by `over` where a test (or the bench) cares. Types of
 * the contract and nothing else: it is loaded in a browser's document as well.
 */
import type { ChunkDetail, ChunkMapEvent } from '../../shared/contract/chunk-map.ts'
import type { NodeStatus, ShareSummary, SwarmPeer } from '../../shared/contract/model.ts'
import type { Settings, SettingsView } from '../../shared/contract/settings.ts'

export const ROOT_A = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
export const ROOT_B = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

export function node(over: Partial<NodeStatus> = {}): NodeStatus {
  return {
    peer: '12D3KooWDouble',
    name: 'Quiet Heron',
    version: '0.1.0',
    startedAt: 1_000,
    network: 'local',
    profile: '/tmp/profile',
    listening: ['/ip4/127.0.0.1/tcp/4001'],
    reachable: [],
    connections: 0,
    shoalPeers: 0,
    dht: [],
    quic: false,
    downBytesPerSecond: 0,
    upBytesPerSecond: 0,
    receivedBytes: 0,
    sentBytes: 0,
    wireReceivedBytes: 0,
    wireSentBytes: 0,
    uploadSlots: 4,
    ...over,
  }
}

export function settingsView(over: Partial<Settings> = {}): SettingsView {
  const settings: Settings = {
    downloadFolder: '/tmp/downloads',
    limits: { down: null, up: null },
    schedule: { enabled: false, fromMinute: 540, toMinute: 1020, days: [1], down: null, up: null },
    uploadSlots: 4,
    network: {
      mode: 'local',
      lanDht: true,
      internetDht: true,
      mdns: true,
      portMapping: true,
      quic: true,
      listenPort: 0,
      bootstrap: [],
    },
    ui: {
      language: 'auto',
      theme: 'auto',
      contrast: 'auto',
      motion: 'auto',
      notifyDone: true,
      notifyTrouble: true,
      backgroundExplained: false,
    },
    desktop: { startAtLogin: false, keepInBackground: true, checkForUpdates: true },
    ...over,
  }
  return { settings, waiting: [], fixed: [], scheduleActive: false }
}

export const chunkMap: ChunkMapEvent = {
  type: 'map',
  at: 1,
  chunkCount: 1,
  states: 'Ag==',
  suppliers: 'AAA=',
  peers: ['peer-1'],
  availability: 'AQ==',
  arrivals: '/////w==',
  startedAt: 0,
}

export const chunkDetail: ChunkDetail = {
  index: 0,
  cid: ROOT_B,
  sizeBytes: 1_000,
  state: 'wanted',
  places: [{ path: '', offsetBytes: 0 }],
  weHave: false,
  holders: ['peer-1'],
  askedOf: [],
  rejections: 0,
}

export function share(root: string, over: Partial<ShareSummary> = {}): ShareSummary {
  return {
    root,
    name: 'holiday.mp4',
    origin: 'fetched',
    type: 'file',
    state: 'downloading',
    totalBytes: 1_000,
    fileCount: 1,
    chunkCount: 1,
    wantedBytes: 1_000,
    haveBytes: 0,
    haveChunks: 0,
    downBytesPerSecond: 0,
    upBytesPerSecond: 0,
    receivedBytes: 0,
    sentBytes: 0,
    corruptBytes: 0,
    peers: 1,
    seeds: 1,
    availability: 1,
    survives: 0,
    link: `shoal:${root}`,
    sequential: false,
    priority: 'normal',
    addedAt: 1_000,
    announcements: [],
    skipped: 0,
    ...over,
  }
}

export function swarmPeer(root: string, peer: string): SwarmPeer {
  return {
    root,
    peer,
    routes: ['link'],
    liveness: 'alive',
    haveChunks: 0,
    downBytesPerSecond: 0,
    upBytesPerSecond: 0,
    receivedBytes: 0,
    sentBytes: 0,
    inFlight: 0,
    window: 4,
    chokedByPeer: false,
    chokedByUs: false,
    corruptChunks: 0,
    lastSeenAt: 1_000,
  }
}
