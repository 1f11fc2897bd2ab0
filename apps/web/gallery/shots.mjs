// @ts-check
// Draws every specimen in both languages, on a phone and a desktop, light and dark, into screenshots/ (ignored by git),
// and lets axe look at each. Leaves 1 where axe finds anything or the page breaks its own content security policy.
// Arguments: parts of names to draw only those.
import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from '@playwright/test'
import { preview } from 'vite'
import { launchOptions } from './browser.mjs'

const FOLDER = fileURLToPath(new URL('../../../screenshots/gallery/', import.meta.url))
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }

const wanted = process.argv.slice(2)
const root = fileURLToPath(new URL('../', import.meta.url))
const server = await preview({
  root,
  mode: 'gallery',
  preview: { port: 4199, strictPort: true, open: false },
  build: { outDir: 'gallery/dist' },
})
const browser = await chromium.launch(launchOptions())
await mkdir(FOLDER, { recursive: true })
/** @type {string[]} */
const faults = []

/** @param {import('@playwright/test').Page} page @param {string} name */
async function draw(page, name) {
  await page.waitForTimeout(250)
  await page.screenshot({ path: `${FOLDER}${name}.png` })
  // A page that scrolls is drawn once more, as tall as it is.
  const size = page.viewportSize()
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  if (size && height > size.height) {
    await page.setViewportSize({ width: size.width, height })
    await page.waitForTimeout(100)
    await page.screenshot({ path: `${FOLDER}${name}.whole.png` })
  } else await rm(`${FOLDER}${name}.whole.png`, { force: true })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) faults.push(`${name}: ${wide} px wider than the screen`)
  const found = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze()
  for (const violation of found.violations)
    faults.push(
      `${name}: ${violation.id}: ${violation.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`,
    )
}

for (const scheme of /** @type {const} */ (['light', 'dark']))
  for (const [size, viewport] of Object.entries(SIZES))
    for (const language of ['en', 'ar']) {
      const context = await browser.newContext({
        viewport,
        colorScheme: scheme,
        deviceScaleFactor: size === 'phone' ? 2 : 1,
      })
      const page = await context.newPage()
      page.on(
        'console',
        (message) => message.type() === 'error' && faults.push(`${language} console: ${message.text()}`),
      )
      page.on('pageerror', (error) => faults.push(`${language} page: ${error.message}`))
      const at = `http://localhost:4199/gallery.html?lang=${language}`
      await page.goto(at)
      await page.locator('li a').first().waitFor()
      const names = await page.locator('li a').allTextContents()
      for (const name of names.filter((one) => wanted.length === 0 || wanted.some((part) => one.includes(part)))) {
        await page.goto('about:blank')
        await page.goto(`${at}#${name}`)
        await page.setViewportSize(viewport)
        await draw(page, `${name}.${size}.${language}.${scheme}`)
      }
      await context.close()
    }

await browser.close()
await server.close()
process.stdout.write(faults.length === 0 ? 'no faults\n' : `${faults.join('\n')}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
