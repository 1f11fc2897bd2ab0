let isOpen = $state(false)
let isSetting = $state(false)

/** The menu of this device, which any screen may show above itself. Reading it in a component follows it. */
export const deviceMenu = {
  get open(): boolean {
    return isOpen
  },
  set open(open: boolean) {
    isOpen = open
  },
  /** It begins with setting a passphrase. */
  get setting(): boolean {
    return isSetting
  },
  show({ setting = false } = {}): void {
    isSetting = setting
    isOpen = true
  },
}
