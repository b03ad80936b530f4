/**
 * What lies in the sample folder, byte for byte the same in every profile of this version, so that the sample of one machine
 * is the sample of every other: for the same reason its texts are there in all languages at once. Text and picture are our
 * own. Changing a byte makes another share of it. Rule [FL20].
 */
import { HOW_SWARMS_WORK_EN, WELCOME_EN } from './sample-text/en.ts'
import { HOW_SWARMS_WORK_ES, WELCOME_ES } from './sample-text/es.ts'
import { HOW_SWARMS_WORK_PT_BR, WELCOME_PT_BR } from './sample-text/pt-br.ts'

/** By name of the file. */
export const TEXTS: Readonly<Record<string, string>> = {
  'welcome.txt': WELCOME_EN,
  'how-swarms-work.txt': HOW_SWARMS_WORK_EN,
  'bem-vindo.txt': WELCOME_PT_BR,
  'como-funcionam-os-enxames.txt': HOW_SWARMS_WORK_PT_BR,
  'bienvenida.txt': WELCOME_ES,
  'como-funcionan-los-enjambres.txt': HOW_SWARMS_WORK_ES,
}

/** Sea, light from above, and a shoal that turns: each fish the same outline, placed by hand. */
export function picture(): string {
  const fish = FISH.map(
    ([x, y, size, turn, colour]) =>
      `<use href="#fish" transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" fill="${colour}"/>`,
  ).join('\n  ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 500" role="img" aria-label="A shoal of fish turning together in blue water">
  <defs>
    <linearGradient id="sea" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#7fd0e6"/><stop offset="0.55" stop-color="#2584b0"/><stop offset="1" stop-color="#0b3a5b"/>
    </linearGradient>
    <g id="fish">
      <path d="M0 0C10-13 36-14 52-3L66-12C63-4 63 4 66 12L52 3C36 14 10 13 0 0Z"/>
      <circle cx="11" cy="-2.5" r="2" fill="#0b2233"/>
    </g>
  </defs>
  <rect width="800" height="500" fill="url(#sea)"/>
  <path d="M120 0L20 500H150L230 0ZM420 0L400 500H520L510 0ZM650 0L700 500H790L720 0Z" fill="#fff" opacity="0.08"/>
  ${fish}
  <path d="M0 470C120 440 210 480 330 462S560 440 660 466S760 470 800 456V500H0Z" fill="#082c45"/>
</svg>
`
}

/** x, y, size, turn in degrees, colour. */
const FISH: readonly (readonly [number, number, number, number, string])[] = [
  [96, 268, 1.1, -28, '#ffd166'],
  [150, 214, 1, -24, '#f4f1de'],
  [168, 300, 0.9, -22, '#ffd166'],
  [214, 168, 1.05, -16, '#ffd166'],
  [236, 248, 1.2, -15, '#ff9f5a'],
  [258, 330, 0.85, -12, '#f4f1de'],
  [300, 142, 0.95, -6, '#f4f1de'],
  [322, 212, 1.1, -5, '#ffd166'],
  [342, 288, 1, -3, '#ffd166'],
  [392, 152, 1.1, 4, '#ff9f5a'],
  [414, 232, 0.9, 6, '#f4f1de'],
  [436, 310, 1.05, 8, '#ffd166'],
  [486, 172, 1, 13, '#ffd166'],
  [512, 250, 1.15, 15, '#f4f1de'],
  [526, 338, 0.85, 17, '#ff9f5a'],
  [578, 214, 0.95, 22, '#ffd166'],
  [604, 296, 1.05, 25, '#ffd166'],
  [662, 268, 0.9, 31, '#f4f1de'],
]

export const NOISE_BYTES = 24 * 1024 * 1024
export const NOISE_KEY_TEXT = 'shoal sample noise'
