import './style/tokens.css'
import './style/base.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { startLanguage } from './i18n/i18n.svelte.ts'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
await startLanguage()
mount(App, { target })
