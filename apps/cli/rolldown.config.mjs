// Everything goes into the bundle; the relay is started as a program of its own.
export default { external: [] }
