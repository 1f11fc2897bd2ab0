import type { ContributionId, DialogueView, RunId } from '@antechamber/core'
import { expect, test } from 'vitest'
import { fieldOf, isSilent, textIn } from './refused.ts'

const run = 'sharing/fears#1' as RunId
const words = 'That nobody asks.'
const offer = { run, command: { type: 'offerContribution', text: words, attribution: 'side' } } as const
const of = 'c1' as ContributionId
const restated = { run, command: { type: 'offerRestatement', contribution: of, text: words } } as const
const showing = (view: object): DialogueView => ({ runs: [{ run, view }] }) as unknown as DialogueView

test('what somebody wrote comes back from every command that carries words', () => {
  expect(textIn(offer)).toBe(words)
  expect(textIn(restated)).toBe(words)
  expect(textIn({ type: 'enterStage', stage: 'hearing', reason: words })).toBe(words)
  expect(textIn({ run, command: { type: 'passRound' } })).toBeUndefined()
  expect(textIn({ type: 'leave' })).toBeUndefined()
})

test('it goes back into its field only where that field still is', () => {
  expect(fieldOf(offer, showing({ kind: 'round', status: 'open' }))).toBe(run)
  expect(fieldOf(offer, showing({ kind: 'round', status: 'closed' }))).toBeUndefined()
  expect(fieldOf(offer, undefined)).toBeUndefined()
  const mirroring = (id: string) => showing({ kind: 'mirroring', toRestate: [{ contribution: { id } }] })
  expect(fieldOf(restated, mirroring('c1'))).toBe(`${run}/c1`)
  expect(fieldOf(restated, mirroring('c2'))).toBeUndefined()
})

test('only what is so already is kept quiet, and never somebody’s words', () => {
  expect(isSilent({ code: 'refused', id: '1', why: 'already-paused', command: { type: 'pause' } })).toBe(true)
  expect(isSilent({ code: 'refused', id: '1', why: 'last-keeper', command: { type: 'leave' } })).toBe(false)
  expect(isSilent({ code: 'refused', id: '1', why: 'has-left', command: offer })).toBe(false)
})
