/** Names that peers agree on. Changing one of them means another network. */

/** Whoever supports it is a Shoal peer; its messages are the exchange folder's business. */
export const EXCHANGE_PROTOCOL = '/shoal/exchange/1.0.0'
/** Kademlia among the peers of one machine or one LAN. */
export const LAN_DHT_PROTOCOL = '/shoal/lan/kad/1.0.0'
/** The public IPFS DHT. */
export const INTERNET_DHT_PROTOCOL = '/ipfs/kad/1.0.0'
/** Our own multicast-DNS service: the libp2p-wide one would have us dial every IPFS node of the LAN. */
export const MDNS_SERVICE = '_shoal._udp.local'

/** The public IPFS DHT's doors: always names, never raw addresses, so that they stay right when the machines move. */
export const PUBLIC_BOOTSTRAP: readonly string[] = [
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt',
]
