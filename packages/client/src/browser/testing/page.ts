// What runs in the page: the doors that tests reach through `window.page`. Bundled by chromium.ts.
import { fromUtf8, toHex, utf8 } from '@antechamber/protocol'
import { deleteDB } from 'idb'
import { briefDocx } from '../../brief/docx.ts'
import { inspectBrief } from '../../brief/inspect.ts'
import { type Platform, StoreError } from '../../ports.ts'
import { storeContract } from '../../store-contract.ts'
import type { Vault } from '../../vault.ts'
import { changePassphrase, openVault } from '../../vault-door.ts'
import { openDatabase } from '../database.ts'
import { destroyDeviceKey, openDeviceKey } from '../device-key.ts'
import { openIdbStore } from '../idb-store.ts'
import { browserPlatform, forgetDevice } from '../index.ts'
import { openSocket } from '../socket.ts'

let places = 0
const contract = new Map<string, () => Promise<void>>()

storeContract(
  (name, run) => contract.set(name, run),
  async () => {
    const name = `place-${++places}`
    return { open: async () => (await openIdbStore(name)).store, remove: () => deleteDB(name) }
  },
)

/** The code of the StoreError that it ends with, or what else it ends with. */
async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'ok'
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error)
  }
}

async function vaultOf(platform: Platform): Promise<Vault> {
  const opened = await openVault(platform)
  if (!opened.ok) throw new Error(opened.error.code)
  return opened.value.vault
}

const page = {
  runContract: async (name: string): Promise<void> => contract.get(name)?.(),
  codeOf,
  openIdbStore,
  openDatabase,
  openDeviceKey,
  openSocket,
  browserPlatform,
  forgetDevice,
  openVault,
  changePassphrase,
  vaultOf,
  destroyDeviceKey,
  briefDocx,
  inspectBrief,
  utf8,
  fromUtf8,
  toHex,
}

declare global {
  interface Window {
    page: typeof page
  }
}

window.page = page
