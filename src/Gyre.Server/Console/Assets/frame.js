// What every page shares: the theme (set before the first paint), local times, and the state of the server in the rail.
const themes = { system: 'System theme', light: 'Light theme', dark: 'Dark theme' };

let theme = 'system';
try {
  theme = localStorage.getItem('gyre-theme') ?? theme;
} catch {
  // Storage is blocked: the choice lasts as long as the page.
}

function chosenTheme() {
  return theme in themes ? theme : 'system';
}

function applyTheme() {
  const chosen = chosenTheme();
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  const label = document.getElementById('theme-label');
  if (label) label.textContent = themes[chosen];
}

function nextTheme() {
  const names = Object.keys(themes);
  theme = names[(names.indexOf(chosenTheme()) + 1) % names.length];
  try {
    localStorage.setItem('gyre-theme', theme);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
  applyTheme();
}

// The server writes times in UTC; a reader wants those of their own clock.
function localTimes() {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const date = new Date(time.dateTime);
    time.title = time.textContent;
    const isToday = date.toDateString() === new Date().toDateString();
    const day = time.dataset.form === 'full' || !isToday ? { day: 'numeric', month: 'short', year: 'numeric' } : {};
    time.textContent = date.toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit' });
  }
}

async function checkHealth(status) {
  let state = 'down';
  let text = 'No connection';
  let reason = '';
  try {
    const response = await fetch('/health/ready', { cache: 'no-store' });
    const health = await response.json();
    reason = health.reason ?? '';
    state = response.ok ? 'ready' : health.status === 'loading' ? 'loading' : 'down';
    text = { ok: 'Ready', loading: 'Loading the model', draining: 'Stopping' }[health.status] ?? 'Model not available';
  } catch {
    reason = 'The server does not answer. Start it with: ./gyre up';
  }
  status.dataset.state = state;
  status.title = reason;
  if (status.textContent !== text) status.textContent = text;
  setTimeout(() => checkHealth(status), state === 'loading' ? 1000 : 10_000);
}

applyTheme();
document.addEventListener('DOMContentLoaded', () => {
  applyTheme();
  localTimes();
  document.getElementById('theme').addEventListener('click', nextTheme);
  checkHealth(document.getElementById('status'));
});
