import type { Brief } from '@antechamber/client/brief'
import { i18n } from '../../i18n/i18n.svelte.ts'

/** The brief as it leaves, in the page's language but for the lines, which stay as they were cleared. */
export function documentOf(lines: readonly string[]): Brief {
  const { heading, notice, empty } = i18n.m.activities.brief.document
  return { heading, notice, empty, lines, language: i18n.language }
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** What a brief can be saved as. The names of the files tell nothing. */
export const FILES = {
  docx: { name: 'brief.docx', type: WORD },
  md: { name: 'brief.md', type: 'text/markdown;charset=utf-8' },
} as const

/** Makes a file and hands it to the device's own way of saving. Loads what makes it when called. */
export async function save(brief: Brief, format: keyof typeof FILES): Promise<void> {
  const { briefDocx, briefMarkdown } = await import('@antechamber/client/brief')
  const { name, type } = FILES[format]
  const content = format === 'docx' ? new Uint8Array(await briefDocx(brief)) : briefMarkdown(brief)
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The device has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
