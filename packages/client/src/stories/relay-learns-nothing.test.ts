import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunId } from '@antechamber/core'
import { toBase64Url, toHex, utf8 } from '@antechamber/protocol'
import { openScene, readFolder, type Scene, sceneSetup, startRelayProcess, until } from '@antechamber/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let directory: string
let scene: Scene
let printed: () => string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay-'))
  const relay = await startRelayProcess(directory)
  printed = relay.printed
  scene = await openScene(relay)
})

afterAll(async () => {
  await scene?.close()
  await rm(directory, { recursive: true, force: true })
})

/** A text as it could stand in bytes: plain, UTF-16, hexadecimal, and base64 at each of its three places. */
function disguises(text: string): readonly Uint8Array[] {
  const plain = utf8(text)
  const shifted = [0, 1, 2].map((by) => toBase64Url(new Uint8Array([...new Uint8Array(by), ...plain])))
  // Letters that also depend on what stands before or after the text are left out.
  const inBase64 = shifted.map((letters, by) => letters.slice(by === 0 ? 0 : by + 1, letters.length - 2))
  const texts = [
    toHex(plain),
    ...inBase64,
    ...inBase64.map((letters) => letters.replaceAll('-', '+').replaceAll('_', '/')),
  ]
  return [plain, new Uint8Array(Buffer.from(text, 'utf16le')), ...texts.map(utf8)]
}

const contains = (bytes: Uint8Array, part: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(Buffer.from(part))

const SAID = 'My grandmother is afraid to cross the river.'

test("[WR14] the relay's files, what it prints and all that crosses the wire hold no word, name or side", async () => {
  const { fay, ada, people } = scene
  const stages = fay.dialogue.status.view?.stages.map(({ id }) => id) ?? []
  await until(fay.dialogue, 'the rounds may begin', ({ view }) => view?.table?.exitMet === true)
  await fay.dialogue.send({ type: 'enterStage', stage: stages[1] as string, reason: 'Because the harvest begins.' })
  const { view } = await until(
    ada.dialogue,
    'the rounds',
    (status) => status.isLive && status.view?.stages[1]?.status === 'now',
  )
  const run = view?.runs[0]?.run as RunId
  const outcomes = [await fay.dialogue.send({ run, command: { type: 'openRound' } })]
  await until(ada.dialogue, 'open', ({ view: now }) => JSON.stringify(now?.runs).includes('"open"'))
  outcomes.push(
    await ada.dialogue.send({ run, command: { type: 'offerContribution', text: SAID, attribution: 'side' } }),
  )
  outcomes.push(await fay.dialogue.send({ run, command: { type: 'closeRound' } }))
  expect(outcomes).toEqual([{ done: true }, { done: true }, { done: true }])

  const setup = sceneSetup()
  const { title, convenor, process } = setup
  const secrets = [
    SAID,
    title,
    convenor,
    'Because the harvest begins.',
    process.id,
    process.stages[0]?.title.ar as string,
    'round.opened',
    'contribution.offered',
  ]
  const names = [
    ...setup.sides.map(({ name }) => name),
    ...[fay, ...people].map(({ name }) => `"${name}"`),
    'facilitator',
  ]
  const places = new Map<string, Uint8Array>([
    ...(await readFolder(directory)),
    ['what the relay prints', utf8(printed())],
  ])
  for (const { name, traffic } of [fay, ...people]) {
    for (const [at, bytes] of [...traffic.up, ...traffic.down].entries()) places.set(`${name}'s wire ${at}`, bytes)
  }
  expect(places.size).toBeGreaterThan(100)
  const found: string[] = []
  for (const [place, bytes] of places) {
    for (const text of [...secrets, ...names])
      if (disguises(text).some((part) => contains(bytes, part))) found.push(`${text} in ${place}`)
  }
  expect(found).toEqual([])
})

test('a search of that kind would find what is there', async () => {
  for (const disguised of disguises(SAID))
    expect(contains(utf8(`xx${new TextDecoder().decode(disguised)}yy`), disguised)).toBe(true)
  const files = await readFolder(directory)
  expect([...files.values()].some((bytes) => contains(bytes, utf8('envelopes')))).toBe(true)
  expect(scene.ada.traffic.up.length).toBeGreaterThan(5)
})
