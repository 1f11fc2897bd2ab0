// What the bundle leaves to node_modules: a native addon, a driver that looks for one, and a logger that starts its own
// worker files.
export default { external: ['@photostructure/sqlite', 'pg', 'pino'] }
