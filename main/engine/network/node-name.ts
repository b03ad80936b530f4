/**
 * Two words for a peer id, so that people can talk about peers ("Quiet Heron"). The same id has the same name on every
 * machine for ever (SPEC [NE3]), so the lists may never be reordered or shortened. A name is no proof of identity: two
 * peers in about 4,500 share one.
 */
import { createHash } from 'node:crypto'

const ADJECTIVES =
  'Able Amber Bold Brave Breezy Bright Brisk Calm Clever Coral Cosy Curious Daring Dapper Deep Eager Early Fair Fleet Fresh ' +
  'Gentle Glad Golden Grand Happy Hardy Honest Humble Icy Ivory Jolly Keen Kind Lively Loyal Lucky Mellow Merry Mighty Misty ' +
  'Nimble Noble Patient Pearly Plucky Polite Proud Quick Quiet Rapid Rosy Salty Sandy Silver Sleek Snowy Steady Sunny Swift ' +
  'Tidal Tidy Vivid Warm Wise'

const ANIMALS =
  'Albatross Anchovy Anemone Angelfish Avocet Barnacle Barracuda Beluga Bream Carp Clam Cod Cockle Conch Cormorant Crab Crane ' +
  'Curlew Cuttlefish Dolphin Dory Dunlin Eel Eider Egret Flounder Gannet Goby Grebe Grouper Guillemot Gull Haddock Halibut ' +
  'Heron Herring Ibis Jellyfish Kelpfish Kittiwake Krill Limpet Lobster Mackerel Manatee Manta Marlin Mullet Mussel Narwhal ' +
  'Nautilus Octopus Orca Osprey Otter Oyster Pelican Penguin Perch Petrel Plover Porpoise Prawn Puffin Ray Salmon Sandpiper ' +
  'Sardine Scallop Seal Shrimp Sturgeon'

const adjectives = ADJECTIVES.split(' ')
const animals = ANIMALS.split(' ')

/** `peerId` is a peer id or its usual string form. */
export function nodeName(peerId: { toString(): string }): string {
  const digest = createHash('sha256').update(peerId.toString()).digest()
  const adjective = adjectives[digest.readUInt16BE(0) % adjectives.length]
  const animal = animals[digest.readUInt16BE(2) % animals.length]
  return `${adjective} ${animal}`
}
