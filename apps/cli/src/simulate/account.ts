import type { ContributionKind, Process } from '@antechamber/core'
import type { PlayedStage } from './play.ts'
import type { Room } from './room.ts'
import type { ScriptedPerson } from './script.ts'
import type { Summary } from './summary.ts'

/** So many sayings of a side are shown in full; the account of sixty people should still be read. */
const SHOWN = 3

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`

const list = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`

/** How the account begins, before anything is played. */
export const opening = (title: string, process: Process, seed: number): string =>
  `${title}\n${process.title['en'] ?? process.id}, played with seed ${seed}\n\n`

/** Who has come. */
export function entered({ script, participants }: Room, tookSeconds: number): string {
  const lines = script.sides.map(({ name, people }) => `  ${name}: ${list(people.map((one) => one.name))}`)
  return [
    `Coming in (${seconds(tookSeconds)})`,
    `  ${plural(participants.length, 'person', 'people')} came by a link, were let in, and accepted the ground rules.`,
    ...lines,
    '\n',
  ].join('\n')
}

const KIND_TITLES: Readonly<Record<ContributionKind, string>> = {
  perception: 'How they see it',
  fear: 'What they fear',
  need: 'What they need',
}

/** What happened in a stage, by the kinds of its activities. */
export function stageEnded(room: Room, process: Process, { id, title, seconds: took }: PlayedStage): string {
  const activities = process.stages.find((stage) => stage.id === id)?.activities ?? []
  const told = activities.flatMap(({ kind, settings }) => {
    switch (kind) {
      case 'ground-rules':
        return ['  Everyone has accepted the ground rules.']
      case 'round':
        return roundTold(room, (settings as { readonly contribution: ContributionKind }).contribution)
      case 'mirroring':
        return mirroringTold(room)
      case 'brief':
        return briefTold(room)
      default:
        return []
    }
  })
  return [`${title} (${seconds(took)})`, ...told, '\n'].join('\n')
}

/** Passes are counted and not told by name, as in the room. */
function roundTold({ script }: Room, kind: ContributionKind): readonly string[] {
  const wrote = script.sides.flatMap(({ people }) => people.filter(({ says }) => says[kind])).length
  const all = script.sides.flatMap(({ people }) => people).length
  const passed = all === wrote ? '' : `, ${all - wrote} passed`
  return [
    `  ${KIND_TITLES[kind]}: ${wrote} wrote${passed}.`,
    ...script.sides.flatMap(({ name, people }) => [`    ${name}`, ...saidBy(people, kind)]),
  ]
}

function saidBy(people: readonly ScriptedPerson[], kind: ContributionKind): readonly string[] {
  const said = people.flatMap(({ name, says }) => (says[kind] ? [`      ${name}: “${says[kind].text}”`] : []))
  return said.length <= SHOWN ? said : [...said.slice(0, SHOWN), `      and ${said.length - SHOWN} more`]
}

function mirroringTold({ script, tally }: Room): readonly string[] {
  const people = script.sides.flatMap((side) => side.people)
  const all = people.flatMap(({ name, says }) => Object.values(says).map((saying) => ({ name, saying })))
  const example = all.find(({ saying }) => saying.heardAtFirst) ?? all[0]
  const sentBack = tally.sentBack === 0 ? '' : ` ${tally.sentBack} had been sent back first.`
  return [
    `  ${plural(tally.confirmed, 'time')} an author said of a restatement: you have understood me.${sentBack}`,
    ...(example ? exampleTold(example.name, example.saying) : []),
  ]
}

function exampleTold(
  name: string,
  { text, heard, heardAtFirst }: ScriptedPerson['says'][ContributionKind] & object,
): readonly string[] {
  const verdict = heardAtFirst?.verdict === 'partly' ? 'partly' : 'not yet'
  return [
    `    ${name}: “${text}”`,
    ...(heardAtFirst ? [`    Somebody of another side: “${heardAtFirst.text}”`, `    ${name}: ${verdict}.`] : []),
    `    ${heardAtFirst ? 'Again' : 'Somebody of another side'}: “${heard}”`,
    `    ${name}: you have understood me.`,
  ]
}

function briefTold({ script, tally, released }: Room): readonly string[] {
  const rest = script.lines.filter(({ text }) => !released.includes(text))
  return [
    `  ${plural(tally.proposed, 'line')} proposed, ${tally.cleared === 0 ? 'none' : tally.cleared} cleared by everyone on every side.`,
    ...(released.length > 0 ? ['    Leaves the room:', ...released.map((text) => `      ${text}`)] : []),
    ...(rest.length > 0 ? ['    Stays in the room, not yet:', ...rest.map(({ text }) => `      ${text}`)] : []),
  ]
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** How the account ends. */
export function closing({ seconds: took, traffic, people }: Summary, out: string | undefined): string {
  const [facilitator, ...others] = traffic
  const up = median(others.map(({ bytesUp }) => bytesUp))
  const down = median(others.map(({ bytesDown }) => bytesDown))
  return [
    `${plural(people, 'person', 'people')}, ${seconds(took)}. A person sent ${kilobytes(up)} and received ${kilobytes(down)} (medians);`,
    `the facilitator sent ${kilobytes(facilitator?.bytesUp ?? 0)} and received ${kilobytes(facilitator?.bytesDown ?? 0)}.`,
    ...(out === undefined ? [] : [`brief.md, brief.docx and summary.json are in ${out}`]),
    '',
  ].join('\n')
}
