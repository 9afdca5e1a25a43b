// What every page shares: theme choice and the state of the server in the rail.
const root = document.documentElement;
const themeButton = document.getElementById('theme');

function applyTheme(theme) {
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (themeButton) {
    themeButton.textContent = { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' }[theme];
    themeButton.dataset.theme = theme;
  }
}

applyTheme(localStorage.getItem('gyre-theme') ?? 'system');
themeButton?.addEventListener('click', () => {
  const next = { system: 'light', light: 'dark', dark: 'system' }[themeButton.dataset.theme];
  localStorage.setItem('gyre-theme', next);
  applyTheme(next);
});

const status = document.getElementById('status');
async function checkHealth() {
  try {
    const response = await fetch('/health/ready', { cache: 'no-store' });
    status.dataset.state = response.ok ? 'ready' : 'down';
    status.textContent = response.ok ? 'Ready' : 'Not ready';
  } catch {
    status.dataset.state = 'down';
    status.textContent = 'No connection';
  }
}

if (status) {
  checkHealth();
  setInterval(checkHealth, 10_000);
}
