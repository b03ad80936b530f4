/** What is known of the chunk under the pointer or the cursor, in words; at once from the map, the rest when the engine has answered. */
import { Pin } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { CHUNK_STATES } from '../../../shared/contract/chunk-states.ts'
import { useSecond } from '../../app/use-second.ts'
import { NetworkText } from '../../design/network-text.tsx'
import { useFormats } from '../../i18n/formats.ts'
import { stateLook } from '../../model/chunk-ink.ts'
import type { ChunkMap } from '../../model/chunk-map.ts'
import type { PeerLooks } from '../../model/peer-color.ts'
import { PeerLabel } from '../peer-label.tsx'
import { Swatch } from '../swatch.tsx'
import tab from '../tab.module.css'
import type { ChunkChoice } from './chunk-grid.tsx'
import css from './chunks.module.css'
import { useChunkDetail } from './use-chunk-detail.ts'

const MAX_NAMED = 8

export function ChunkFacts(props: { root: string; map: ChunkMap; looks: PeerLooks; choice: ChunkChoice | undefined }) {
  const t = useTranslations('detail')
  const { number } = useFormats()
  const { map, choice } = props
  if (choice === undefined)
    return (
      <div className={tab.facts}>
        <h2>{t('chunks.pointTitle')}</h2>
        <p className="muted">{t('chunks.pointText')}</p>
      </div>
    )
  if (choice.count > 1) return <SeveralChunks map={map} choice={choice} />
  return (
    <div className={tab.facts}>
      <h2>
        {t('chunks.chunkNumber', { number: number(choice.first + 1) })}
        {choice.isPinned ? <Pin aria-label={t('chunks.pinned')} /> : null}
      </h2>
      <OneChunk key={choice.first} {...props} index={choice.first} />
    </div>
  )
}

function OneChunk({ root, map, looks, index }: { root: string; map: ChunkMap; looks: PeerLooks; index: number }) {
  const t = useTranslations('detail')
  const { bytes, number, time, ago } = useFormats()
  const state = map.state(index)
  const detail = useChunkDetail(root, index, state)
  const nowAt = useSecond(true)
  const supplier = map.supplier(index)
  const arrivedAt = map.arrivedAt(index)
  return (
    <>
      <p className={css.state}>
        <Swatch look={stateLook(CHUNK_STATES.indexOf(state))} />
        <strong>{t(`chunks.state.${state}`)}</strong>
      </p>
      <p className="muted">{t(`chunks.stateHelp.${state}`)}</p>
      <dl>
        {detail === undefined ? null : <Fact name={t('chunks.size')}>{bytes(detail.sizeBytes)}</Fact>}
        <Fact name={t('chunks.copies')}>
          {t('chunks.copiesNow', { count: map.availability[index] ?? 0, number: number(map.availability[index] ?? 0) })}
        </Fact>
        {supplier === undefined || (state !== 'have' && state !== 'in-flight') ? null : (
          <Fact name={t(state === 'have' ? 'chunks.cameFrom' : 'chunks.askedOf')}>
            <PeerLabel peer={supplier} looks={looks} />
          </Fact>
        )}
        {detail === undefined || detail.askedOf.length < 2 ? null : (
          <Fact name={t('chunks.askedOfAll')}>
            <Peers peers={detail.askedOf} looks={looks} />
          </Fact>
        )}
        {state !== 'have' ? null : (
          <Fact name={t('chunks.arrived')}>
            {arrivedAt === undefined ? t('chunks.arrivedBefore') : `${time(arrivedAt)} (${ago(arrivedAt, nowAt)})`}
          </Fact>
        )}
        {detail === undefined ? null : (
          <Fact name={t('chunks.holders', { count: detail.holders.length })}>
            {detail.holders.length === 0 ? t('chunks.nobody') : <Peers peers={detail.holders} looks={looks} />}
          </Fact>
        )}
        {detail === undefined || detail.rejections === 0 ? null : (
          <Fact name={t('chunks.rejections')}>{t('chunks.rejectedTimes', { count: detail.rejections })}</Fact>
        )}
        {detail === undefined || detail.places.length === 0 ? null : (
          <Fact name={t('chunks.places', { count: detail.places.length })}>
            <ul>
              {detail.places.slice(0, MAX_NAMED).map(({ path, offsetBytes }) => (
                <li key={`${path}:${offsetBytes}`}>
                  <NetworkText text={path} clip />
                  <span className="muted"> {t('chunks.offset', { offset: bytes(offsetBytes) })}</span>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {detail === undefined ? null : (
          <Fact name="CID">
            <NetworkText text={detail.cid} clip mono />
          </Fact>
        )}
      </dl>
    </>
  )
}

function Peers({ peers, looks }: { peers: readonly string[]; looks: PeerLooks }) {
  const common = useTranslations('common')
  return (
    <ul>
      {peers.slice(0, MAX_NAMED).map((peer) => (
        <li key={peer}>
          <PeerLabel peer={peer} looks={looks} />
        </li>
      ))}
      {peers.length > MAX_NAMED ? (
        <li className="muted">{common('andMore', { count: peers.length - MAX_NAMED })}</li>
      ) : null}
    </ul>
  )
}

function SeveralChunks({ map, choice }: { map: ChunkMap; choice: ChunkChoice }) {
  const t = useTranslations('detail')
  const { number } = useFormats()
  const { first, count } = choice
  const counts = CHUNK_STATES.map((state, code) => {
    let chunks = 0
    for (let index = first; index < first + count; index++) if (map.states[index] === code) chunks += 1
    return { state, code, chunks }
  }).filter(({ chunks }) => chunks > 0)
  return (
    <div className={tab.facts}>
      <h2>{t('chunks.chunkRange', { from: number(first + 1), to: number(first + count) })}</h2>
      <p className="muted">{t('chunks.severalText', { count })}</p>
      <ul>
        {counts.map(({ state, code, chunks }) => (
          <li key={state} className={css.state}>
            <Swatch look={stateLook(code)} />
            <span>{t(`chunks.state.${state}`)}</span>
            <span className="numeric muted">{number(chunks)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="numeric">{children}</dd>
    </div>
  )
}
