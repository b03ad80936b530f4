/** Everything that can be set, in sections with addresses of their own. Rules [UI32] - [UI35]. */
import { FolderOpen, Gauge, KeyRound, MoonStar, Network, SlidersHorizontal, Wrench } from 'lucide-react'
import type { ComponentType, ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import { classes } from '../design/classes.ts'
import nav from '../design/nav-item.module.css'
import { Page } from '../design/parts.tsx'
import { AdvancedSection } from './advanced-section.tsx'
import { BackgroundSection } from './background-section.tsx'
import { FoldersSection } from './folders-section.tsx'
import { GeneralSection } from './general-section.tsx'
import { IdentitySection } from './identity-section.tsx'
import { NetworkSection } from './network-section.tsx'
import { WaitingNotice } from './restart.tsx'
import css from './settings.module.css'
import { SettingsEditorProvider } from './settings-editor.tsx'
import { SpeedSection } from './speed-section.tsx'

const SECTIONS = [
  { id: 'general', icon: <SlidersHorizontal aria-hidden />, Content: GeneralSection },
  { id: 'folders', icon: <FolderOpen aria-hidden />, Content: FoldersSection },
  { id: 'speed', icon: <Gauge aria-hidden />, Content: SpeedSection },
  { id: 'network', icon: <Network aria-hidden />, Content: NetworkSection },
  { id: 'background', icon: <MoonStar aria-hidden />, Content: BackgroundSection },
  { id: 'identity', icon: <KeyRound aria-hidden />, Content: IdentitySection },
  { id: 'advanced', icon: <Wrench aria-hidden />, Content: AdvancedSection },
] as const satisfies readonly { id: string; icon: ReactNode; Content: ComponentType }[]

export function SettingsScreen({ section }: { section: string | undefined }) {
  const t = useTranslations('settings')
  const here = SECTIONS.find(({ id }) => id === section) ?? SECTIONS[0]
  const { Content } = here
  return (
    <Page title={t('title')} fill>
      <div className={css.screen}>
        <nav aria-label={t('sections.label')} className={css.nav}>
          <ul>
            {SECTIONS.map(({ id, icon }) => (
              <li key={id}>
                <Link
                  href={`/settings/${id}`}
                  className={classes(nav.item, css.link, id === here.id && nav.here)}
                  aria-current={id === here.id ? 'page' : undefined}
                >
                  {icon}
                  <span>{t(`sections.${id}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <SettingsEditorProvider>
          <div className={css.side}>
            <WaitingNotice />
            <div className={css.content}>
              <div className={css.column}>
                <Content key={here.id} />
              </div>
            </div>
          </div>
        </SettingsEditorProvider>
      </div>
    </Page>
  )
}
