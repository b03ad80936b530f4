/**
 * `npm test`: installs what is missing and runs every check of the project, all of them even if an early one fails.
 * `npm test -- unit lint` runs only the steps named; anything with a slash or a dot limits the test steps to those files.
 * `--fast` (`npm run check`) is types, lint, unused and generated code. Runs under Node 18 and later.
 *
 * The last line is `N passed, N failed`: every test counts as one, every other step as one. Exit code 1 if anything failed.
 */
import { prepareBuild, prepareNode, runScript, sayOnStderr } from './lib/prepare.mjs'
import { runStep } from './lib/run-step.mjs'
import { FAST_STEPS, STEPS } from './lib/steps.mjs'

runScript(async () => {
  const words = process.argv.slice(2)
  const files = words.filter((word) => /[./]/.test(word))
  const named = words.includes('--fast') ? FAST_STEPS : words.filter((word) => !files.includes(word))
  const unknown = named.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length > 0) {
    sayOnStderr(
      `No step is called ${unknown.join(', ')}. The steps are:\n${STEPS.map((step) => `  ${step.name.padEnd(10)} ${step.title}`).join('\n')}`,
    )
    process.exitCode = 2
    return
  }
  const wanted = named.length > 0 ? named : files.map(stepOfFile)
  const selected = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name))
  const node = await prepareNode(sayOnStderr)

  console.log(`Steps: ${selected.map((step) => step.name).join(', ')}`)
  const outcomes = []
  for (const step of selected) {
    console.log(`\n=== ${step.name}: ${step.title}`)
    // Without the build step among the selected ones, an old build must not be what is tested.
    if (step.runsBuild === true && !selected.some(({ name }) => name === 'build')) await prepareBuild(node, sayOnStderr)
    const outcome = await runStep(node, step, files)
    outcomes.push(outcome)
    for (const failure of outcome.failures) console.log(`${step.name} failed: ${failure}`)
    if (outcome.failures.length === 0) console.log(`${step.name}: ok, ${outcome.seconds.toFixed(1)} s`)
  }
  summarise(outcomes)
})

/** @param {string} file */
function stepOfFile(file) {
  return /test\/(sim|e2e|ui|browser)/.exec(file)?.[1] ?? 'unit'
}

/** @param {readonly import('./lib/run-step.mjs').Outcome[]} outcomes */
function summarise(outcomes) {
  console.log('\n=== summary')
  for (const { name, passed, failures, skipped, seconds } of outcomes) {
    const skips = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
    console.log(
      `${failures.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${passed} passed, ${failures.length} failed${skips}  ${seconds.toFixed(1)} s`,
    )
    for (const failure of failures) console.log(`         failed: ${failure}`)
    for (const line of skipLines(skipped)) console.log(`         skipped: ${line}`)
  }
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0)
  process.exitCode = failed > 0 ? 1 : 0
  console.log(`\n${outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)} passed, ${failed} failed`)
}

/**
 * One line a test; one line in all for tests that lack the same thing.
 * @param {import('./lib/run-step.mjs').Outcome['skipped']} skipped
 */
function skipLines(skipped) {
  const reasons = [...new Set(skipped.map(({ reason }) => reason ?? '(no reason given)'))]
  return reasons.flatMap((reason) => {
    const tests = skipped.filter((test) => (test.reason ?? '(no reason given)') === reason)
    return tests.length > 3 ? [`${tests.length} tests: ${reason}`] : tests.map(({ title }) => `${title}: ${reason}`)
  })
}
