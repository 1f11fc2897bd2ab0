import type { Governing, SpaceName } from '@antechamber/core'
import { list, match, object, whole } from '@antechamber/core/shape'
import { utf8 } from '@antechamber/protocol'
import { keeperRoots } from './opener.ts'
import { keepersName } from './records.ts'
import type { Vault, VaultChange } from './vault.ts'

/** As many root keys as a space's roster has devices at most. */
const MAX_ROOTS = 600

const recordShape = object({
  v: whole(1, 1),
  roots: list(match(/^[A-Za-z0-9_-]{43}$/, 'a root key'), MAX_ROOTS),
})

/**
 * The root keys of a space's keepers in the last chapter that this device has read. They outlive that chapter: behind one
 * that was destroyed meanwhile nothing else tells whose word a header is (DX9).
 */
export class KnownKeepers {
  readonly #vault: Vault
  readonly #space: string
  readonly #name: SpaceName
  readonly #roots = new Set<string>()

  /** @param space its id in base64url */
  constructor(vault: Vault, space: string, name: SpaceName) {
    this.#vault = vault
    this.#space = space
    this.#name = name
  }

  /** Empty until this device has read a chapter. Filled by {@link load}. */
  get roots(): ReadonlySet<string> {
    return this.#roots
  }

  async load(): Promise<void> {
    const read = recordShape.read(await this.#vault.readJson(keepersName(this.#space)), '')
    if (read.ok) this.#become(read.value.roots)
  }

  /** A chapter has been read. @returns what is to be written with it */
  note(governing: Governing): readonly VaultChange[] {
    const roots = keeperRoots(this.#name, governing)
    if (roots.length === this.#roots.size && roots.every((root) => this.#roots.has(root))) return []
    this.#become(roots)
    return [{ name: keepersName(this.#space), content: utf8(JSON.stringify({ v: 1, roots })) }]
  }

  #become(roots: readonly string[]): void {
    this.#roots.clear()
    for (const root of roots) this.#roots.add(root)
  }
}
