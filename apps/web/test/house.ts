// The page as people get it: built, served by a real relay, with a facilitator in the room and a browser to come with.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunId, SideId } from '@antechamber/core'
import {
  admit,
  foundScene,
  NORTH,
  type Person,
  type RelayProcess,
  startRelayProcess,
  until,
} from '@antechamber/testkit'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { build } from 'vite'
import { launchOptions } from '../gallery/browser.mjs'
import { PHONE } from './served.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** Somebody with a phone. */
export interface Guest {
  readonly context: BrowserContext
  readonly page: Page
  /** Cuts the phone off from the relay's live door, or lets it through again. */
  readonly setAway: (away: boolean) => void
  readonly press: (name: string) => Promise<void>
}

/** A relay that serves the page; Fay's dialogue in it; guests as they come. */
export interface House {
  readonly relay: RelayProcess
  readonly fay: Person
  readonly faults: string[]
  readonly newGuest: () => Promise<Guest>
  /** An invitation to the first side, or to another. */
  readonly invite: (side?: SideId) => ReturnType<Person['dialogue']['invite']>
  /** Fay lets in whoever has come by an invitation. */
  readonly letIn: (invitation: string) => Promise<void>
  /** Somebody who is not looked at joins a side. */
  readonly seat: (name: string, side: SideId) => Promise<Person>
  /** Fay goes on to a stage. */
  readonly enter: (stage: string) => Promise<readonly RunId[]>
  readonly close: () => Promise<void>
}

async function newGuest(browser: Browser, faults: string[]): Promise<Guest> {
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce', locale: 'en' })
  const live = new Set<{ close: () => Promise<void> }>()
  let isAway = false
  await context.routeWebSocket(/.*/, (socket) => {
    if (isAway) return void socket.close()
    socket.connectToServer()
    live.add(socket)
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.message))
  const setAway = (away: boolean): void => {
    isAway = away
    if (!away) return
    for (const socket of live) void socket.close()
    live.clear()
  }
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  return { context, page, setAway, press }
}

/** Builds the page, opens the house, and lets Fay found her dialogue in it. */
export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'house-'))
  const web = join(folder, 'web')
  await build({
    root: ROOT,
    configFile: `${ROOT}vite.config.ts`,
    logLevel: 'error',
    build: { outDir: web, emptyOutDir: true },
  })
  process.env['WEB_DIR'] = web
  const relay = await startRelayProcess(join(folder, 'relay'))
  const fay = await foundScene(relay)
  await fay.dialogue.send({ type: 'affirmRules' })
  const browser = await chromium.launch(launchOptions())
  const faults: string[] = []
  const people: Person[] = []
  return {
    relay,
    fay,
    faults,
    newGuest: () => newGuest(browser, faults),
    invite: (side = NORTH) => fay.dialogue.invite({ role: 'participant', side, label: 'a guest' }),
    async letIn(invitation) {
      await until(fay.dialogue, 'somebody has come', ({ invitations }) =>
        invitations.some(({ id, state }) => id === invitation && state === 'arrived'),
      )
      await fay.dialogue.send({ type: 'admit', invitation })
    },
    async seat(name, side) {
      const person = await admit(relay, fay, name, side)
      people.push(person)
      return person
    },
    async enter(stage) {
      await fay.dialogue.send({ type: 'enterStage', stage, reason: 'We go on.' })
      const { view } = await until(
        fay.dialogue,
        stage,
        (status) => status.view?.stages.find(({ id }) => id === stage)?.status === 'now',
      )
      return view?.runs.map(({ run }) => run) ?? []
    },
    async close() {
      for (const { device } of [fay, ...people]) device.close()
      await browser.close()
      await relay.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** From an opened link to the waiting room. */
export async function walkIn({ page, press }: Guest, name: string): Promise<void> {
  await press('Continue')
  await page.getByRole('heading', { name: 'Before you come in' }).waitFor()
  await press('Continue')
  await press('I accept these rules')
  await page.getByLabel('Name in the room').fill(name)
  await press('Use this name')
  await page.getByRole('heading', { name: 'The waiting room' }).waitFor()
}
