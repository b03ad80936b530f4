/** A view that throws takes nothing else along: it is replaced by what happened and a way to go on. */

import { CircleAlert } from 'lucide-react'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { VERSION } from '../../shared/version.ts'
import { Button } from '../design/button.tsx'
import { CopyButton } from '../design/copy-field.tsx'
import { EmptyState } from '../design/parts.tsx'
import css from './without-engine.module.css'

interface State {
  readonly failure: string | undefined
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failure: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error) }
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack)
  }

  override render(): ReactNode {
    const { failure } = this.state
    if (failure === undefined) return this.props.children
    return <Failed failure={failure} onAgain={() => this.setState({ failure: undefined })} />
  }
}

function Failed({ failure, onAgain }: { failure: string; onAgain: () => void }) {
  const t = useTranslations('frame')
  return (
    <EmptyState
      icon={<CircleAlert />}
      title={t('crashTitle')}
      actions={
        <>
          <Button variant="primary" onPress={onAgain}>
            {t('drawAgain')}
          </Button>
          <CopyButton text={`Shoal ${VERSION}\n${failure}`} label={t('copyReport')} />
        </>
      }
    >
      <p>{t('crashText')}</p>
      <pre className={css.report}>{failure.split('\n')[0]}</pre>
    </EmptyState>
  )
}
