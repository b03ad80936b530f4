/** The findings as a list: result in icon and word, what was found, what would help. */
import { CircleAlert, CircleCheck, CircleMinus, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { DoctorFinding } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { classes } from '../design/classes.ts'
import { Pill, type Tone } from '../design/parts.tsx'
import css from './doctor.module.css'
import { byUrgency, type FindingText } from './report.ts'

const LOOKS: Record<DoctorFinding['result'], { tone: Tone; icon: typeof CircleCheck }> = {
  ok: { tone: 'ok', icon: CircleCheck },
  warning: { tone: 'warning', icon: TriangleAlert },
  problem: { tone: 'danger', icon: CircleAlert },
  skipped: { tone: 'neutral', icon: CircleMinus },
}

export function Findings(props: {
  findings: readonly DoctorFinding[]
  text: (finding: DoctorFinding) => FindingText
  /** Of an examination before the one that runs now. */
  isOld: boolean
}) {
  const t = useTranslations('doctor')
  return (
    <ul className={classes(css.findings, props.isOld && css.old)}>
      {byUrgency(props.findings).map((finding) => {
        const { tone, icon: Icon } = LOOKS[finding.result]
        const { title, reason, nextStep } = props.text(finding)
        return (
          <li key={finding.id} className={css.finding}>
            <div className={css.findingHead}>
              <h2>{title}</h2>
              <Pill tone={tone} icon={<Icon aria-hidden />}>
                {t(`results.${finding.result}`)}
              </Pill>
            </div>
            <p>{visible(reason)}</p>
            {nextStep === undefined ? null : (
              <p className={css.nextStep}>
                <span className="muted">{t('nextStep')}</span> {nextStep}
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}
