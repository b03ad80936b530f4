/**
 * Text that came from somebody else: a name of a file, a share, a peer. Always text, never markup; control and bidi
 * characters are shown as what they are; isolated, so that its direction does not reach its surroundings.
 */
import { visible } from '../../shared/format/visible.ts'
import { classes } from './classes.ts'
import css from './network-text.module.css'

export function NetworkText({ text, clip, mono }: { text: string; clip?: boolean; mono?: boolean }) {
  const shown = visible(text)
  return (
    <bdi
      className={classes(css.text, clip === true && css.clip, mono === true && 'mono')}
      title={clip === true ? shown : undefined}
    >
      {shown}
    </bdi>
  )
}
