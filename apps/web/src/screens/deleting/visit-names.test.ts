import type { DialogueView } from '@antechamber/core'
import { expect, test } from 'vitest'
import { messages as ar } from '../../i18n/generated/ar.ts'
import { messages as en } from '../../i18n/generated/en.ts'
import { visitNames } from './visit-names.ts'

const view = {
  stages: [
    { id: 'opening', visits: 1 },
    { id: 'sharing', visits: 2 },
  ],
} as unknown as DialogueView
const title = (stage: string): string => stage
const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '')

test.each([
  ['English', en.deleting.visit, 'sharing (visit 1)'],
  ['Arabic', ar.deleting.visit, 'sharing (المرة 1)'],
])('[DX6] what people say yes to is named by its visit where its stage has had several: %s', (_, visit, first) => {
  const asked = [
    { stage: 'opening', visit: 1 },
    { stage: 'sharing', visit: 1 },
  ]
  expect(visitNames(view, asked, { title, visit }).map(plain)).toEqual(['opening', first])
})
