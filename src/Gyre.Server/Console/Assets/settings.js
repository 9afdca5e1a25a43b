// The settings beside the chat. What the reader leaves alone is not sent: the model's own values apply then.
const element = (id) => document.getElementById(id);
const panel = element('panel');
const model = element('model');
const ranges = ['temperature', 'top_p'];
const numbers = ['max_tokens', 'seed'];
const touched = new Set();
let onChange = () => {};

const chosen = () => model.selectedOptions[0];
const own = (id) => chosen()?.dataset[id] ?? '';

function show() {
  for (const id of ranges) {
    if (!touched.has(id)) element(id).value = own(id);
    const output = element(`${id}-value`);
    output.textContent = Number(element(id).value).toFixed(2);
    output.dataset.touched = touched.has(id);
  }
  element('max_tokens').placeholder = own('max_tokens') || 'No limit';
  element('system').placeholder = own('system') || 'None';
  const note = element('model-note');
  note.textContent = own('note');
  note.hidden = note.textContent === '';
  element('defaults').hidden = touched.size === 0 && [...numbers, 'system'].every((id) => element(id).value === '');
}

function backToDefaults() {
  touched.clear();
  for (const id of [...numbers, 'system']) element(id).value = '';
  changed();
  model.focus();
}

function changed() {
  show();
  onChange();
}

export const modelName = () => model.value;

export function lock(isLocked) { model.disabled = isLocked; }

/** The request's part that comes from the settings. */
export function requestSettings() {
  const body = { model: model.value };
  for (const id of ranges) if (touched.has(id)) body[id] = Number(element(id).value);
  for (const id of numbers) if (element(id).value.trim() !== '') body[id] = Number(element(id).value);
  return body;
}

export const systemPrompt = () => element('system').value.trim();

export function settingsState() {
  const values = Object.fromEntries([...touched].map((id) => [id, element(id).value]));
  for (const id of [...numbers, 'system']) if (element(id).value !== '') values[id] = element(id).value;
  return { model: model.value, values };
}

export function restoreSettings(state) {
  if ([...model.options].some((option) => option.value === state?.model)) model.value = state.model;
  for (const [id, value] of Object.entries(state?.values ?? {})) {
    if (ranges.includes(id)) touched.add(id);
    if (element(id)) element(id).value = value;
  }
}

export const isSheetOpen = () => panel.dataset.open === 'true';

/** On narrow screens the settings are a sheet over the page, which is out of reach while it is open. */
export function openSheet(isOpen) {
  panel.dataset.open = isOpen;
  element('shade').hidden = !isOpen;
  element('panel-open').setAttribute('aria-expanded', isOpen);
  for (const behind of document.querySelectorAll('.skip, .rail, .talk')) behind.inert = isOpen;
  (isOpen ? element('panel-close') : element('panel-open')).focus();
}

export function startSettings(whenChanged) {
  onChange = whenChanged;
  for (const id of ranges) element(id).addEventListener('input', () => { touched.add(id); changed(); });
  for (const id of [...numbers, 'system']) element(id).addEventListener('input', changed);
  model.addEventListener('change', changed);
  element('defaults').addEventListener('click', backToDefaults);
  element('panel-open').addEventListener('click', () => openSheet(true));
  element('panel-close').addEventListener('click', () => openSheet(false));
  element('shade').addEventListener('click', () => openSheet(false));
  // A window made wide again shows the panel beside the chat: nothing may stay out of reach.
  matchMedia('(min-width: 1081px)').addEventListener('change', (query) => { if (query.matches && isSheetOpen()) openSheet(false); });
  show();
}
