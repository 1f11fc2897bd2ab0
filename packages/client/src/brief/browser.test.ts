import type { Server } from 'node:http'
import { toHex } from '@antechamber/protocol'
import type { Browser, Page } from '@playwright/test'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, servePage } from '../browser/testing/chromium.ts'
import { briefDocx } from './docx.ts'
import { arabic, english } from './testing/briefs.ts'

let browser: Browser
let served: { server: Server; port: number }

beforeAll(async () => {
  served = await servePage()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  served?.server.close()
})

async function openPage(): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${served.port}/`)
  await page.waitForFunction(() => 'page' in window)
  return page
}

test.each([english, arabic])(
  '[R35] a browser makes the same bytes as Node, under the product’s policy: $language',
  async (brief) => {
    const page = await openPage()
    const made = await page.evaluate(async (one) => {
      const bytes = await window.page.briefDocx(one)
      const file = await window.page.inspectBrief(bytes)
      return { hex: window.page.toHex(bytes), traces: file.ok ? file.value.traces.length : -1 }
    }, brief)
    expect(made).toEqual({ hex: toHex(await briefDocx(brief)), traces: 0 })
  },
)

test('every part of the file is well-formed XML', async () => {
  const text = '<w:p> & "quotes" \' ]]> <!-- x --> مرحبا 🕊'
  const parts = unzipSync(await briefDocx({ ...arabic, lines: [...arabic.lines, text] }))
  const page = await browser.newPage()
  for (const [name, content] of Object.entries(parts)) {
    const root = await page.evaluate((xml) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml')
      return parsed.querySelector('parsererror')?.textContent ?? parsed.documentElement.localName
    }, new TextDecoder().decode(content))
    expect(['Types', 'Relationships', 'document', 'styles', 'numbering', 'settings', 'fonts'], name).toContain(root)
  }
})
