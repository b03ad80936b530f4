/** Which files of a share to fetch. Before they are known, or when there are too many to choose from, it is all of them. Rule [UI13]. */
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { FileTreeView } from '../design/file-tree.tsx'
import { ProgressBar } from '../design/parts.tsx'
import { useErrorText } from '../i18n/error-text.ts'
import type { ShareFiles } from './use-share-files.ts'

interface Props {
  readonly share: ShareSummary
  readonly files: ShareFiles
  readonly onChange: () => void
}

export function Choice({ share, files, onChange }: Props) {
  const t = useTranslations('receive')
  const errorText = useErrorText()
  if (share.type === 'file') return null
  switch (files.state) {
    case 'unknown':
      return <p className="muted">{t('filesUnknown')}</p>
    case 'loading':
      return (
        <div>
          <ProgressBar label={t('filesLoading', files)} fraction={files.total === 0 ? 1 : files.loaded / files.total} />
          <p className="muted">{t('filesLoading', files)}</p>
        </div>
      )
    case 'too-many':
      return <p className="muted">{t('filesTooMany', { total: files.total })}</p>
    case 'failed':
      return <p role="alert">{errorText(files.error)}</p>
    case 'known':
      if (files.tree.files.length === 0) return <p className="muted">{t('filesNone')}</p>
      return (
        <section aria-label={t('choose')}>
          <h3>{t('choose')}</h3>
          <FileTreeView label={t('choose')} tree={files.tree} selection={files.selection} onChange={onChange} />
        </section>
      )
  }
}
