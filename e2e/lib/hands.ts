import type { Locator, Page } from '@playwright/test'

/** How somebody works a page. */
export interface Hands {
  readonly press: (target: Locator) => Promise<void>
  /** Replaces what is in a field. */
  readonly write: (target: Locator, text: string) => Promise<void>
  /** Chooses one of several answers. */
  readonly choose: (target: Locator) => Promise<void>
}

export const mouse: Hands = {
  press: (target) => target.click(),
  write: (target, text) => target.fill(text),
  choose: (target) => target.check(),
}

/** More stops than any screen has. */
const MOST_STOPS = 150

const isFocused = (target: Locator): Promise<boolean> => target.evaluate((one) => one === document.activeElement)

/** Goes from stop to stop until the target has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await isFocused(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${target}`)
}

/** Of several answers only the chosen one is a stop; arrows lead to the others. */
async function chooseByKeys(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  const isStop = (): Promise<boolean> =>
    target.evaluate((one) => {
      const now = document.activeElement
      return now instanceof HTMLInputElement && now.name === (one as HTMLInputElement).name
    })
  for (let stop = 0; !(await isStop()); stop++) {
    if (stop === MOST_STOPS) throw new Error(`the keyboard does not reach ${target}`)
    await page.keyboard.press('Tab')
  }
  for (let turn = 0; !(await target.isChecked()); turn++) {
    if (turn === MOST_STOPS) throw new Error(`the arrows do not reach ${target}`)
    await page.keyboard.press(turn === 0 ? 'Space' : 'ArrowDown')
  }
}

/** The keyboard alone. */
export const keyboard = (page: Page): Hands => ({
  press: async (target) => {
    await reach(page, target)
    await page.keyboard.press('Enter')
  },
  write: async (target, text) => {
    await reach(page, target)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText(text)
  },
  choose: (target) => chooseByKeys(page, target),
})
