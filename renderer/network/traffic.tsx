/** What the connections carried over the last quarter of an hour, payload against overhead, as a picture, in words and as a table. */
import { ChartArea, Table2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Card, Facts, Segmented } from '../design/parts.tsx'
import { TimeChart } from '../design/time-chart.tsx'
import { useNode } from '../engine/hooks.ts'
import { usePolled } from '../engine/use-polled.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './network.module.css'
import { appendSamples, overheadShare, perMinute } from './traffic-samples.ts'

const ASK_EVERY_MS = 1_000
const HEIGHT_PX = 190

export function TrafficCard() {
  const t = useTranslations('network.traffic')
  const { bytes, percent, rate, time } = useFormats()
  const [shown, setShown] = useState<'chart' | 'table'>('chart')
  const node = useNode()
  const polled = usePolled(
    'traffic',
    ASK_EVERY_MS,
    async (api, previous: ReturnType<typeof appendSamples> | undefined) => {
      const last = previous?.at(-1)
      return appendSamples(previous ?? [], await api.traffic(last === undefined ? {} : { sinceAt: last.at }))
    },
  )
  const samples = polled.state === 'loading' ? [] : (polled.value ?? [])
  const received = overheadShare(node.receivedBytes, node.wireReceivedBytes)
  const sent = overheadShare(node.sentBytes, node.wireSentBytes)
  return (
    <Card
      title={t('title')}
      actions={
        <Segmented
          label={t('shownAs')}
          value={shown}
          onChange={setShown}
          options={[
            { id: 'chart', label: t('chart'), icon: <ChartArea aria-hidden /> },
            { id: 'table', label: t('table'), icon: <Table2 aria-hidden /> },
          ]}
        />
      }
    >
      <div className={css.stack}>
        {shown === 'chart' ? (
          <>
            <TimeChart
              label={t('chartLabel')}
              height={HEIGHT_PX}
              times={samples.map(({ at }) => at / 1000)}
              series={[
                {
                  label: t('payloadDown'),
                  color: '--down',
                  side: 'above',
                  values: samples.map((s) => s.payloadReceived),
                },
                {
                  label: t('overheadDown'),
                  color: '--overhead',
                  side: 'above',
                  faint: true,
                  values: samples.map((s) => Math.max(s.wireReceived - s.payloadReceived, 0)),
                },
                { label: t('payloadUp'), color: '--up', side: 'below', values: samples.map((s) => s.payloadSent) },
                {
                  label: t('overheadUp'),
                  color: '--overhead',
                  side: 'below',
                  faint: true,
                  values: samples.map((s) => Math.max(s.wireSent - s.payloadSent, 0)),
                },
              ]}
              format={rate}
              formatTime={time}
            />
            <ul className={css.legend}>
              <li>
                <span className={css.swatchDown} aria-hidden /> {t('payloadDown')}
              </li>
              <li>
                <span className={css.swatchUp} aria-hidden /> {t('payloadUp')}
              </li>
              <li>
                <span className={css.swatchOverhead} aria-hidden /> {t('overhead')}
              </li>
            </ul>
          </>
        ) : (
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t('minute')}</th>
                <th scope="col">{t('payloadDown')}</th>
                <th scope="col">{t('overheadDown')}</th>
                <th scope="col">{t('payloadUp')}</th>
                <th scope="col">{t('overheadUp')}</th>
              </tr>
            </thead>
            <tbody className="numeric">
              {perMinute(samples).map((minute) => (
                <tr key={minute.at}>
                  <th scope="row">{time(minute.at)}</th>
                  <td>{bytes(minute.payloadReceived)}</td>
                  <td>{bytes(Math.max(minute.wireReceived - minute.payloadReceived, 0))}</td>
                  <td>{bytes(minute.payloadSent)}</td>
                  <td>{bytes(Math.max(minute.wireSent - minute.payloadSent, 0))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Facts
          rows={[
            [t('receivedSince'), bytes(node.wireReceivedBytes)],
            [t('overheadOfReceived'), received === undefined ? '–' : percent(received, 1)],
            [t('sentSince'), bytes(node.wireSentBytes)],
            [t('overheadOfSent'), sent === undefined ? '–' : percent(sent, 1)],
          ]}
        />
      </div>
    </Card>
  )
}
