// The chat page: the conversation, its view, and the keys.
import { isSheetOpen, lock, modelName, openSheet, requestSettings, restoreSettings, settingsState, startSettings, systemPrompt } from './settings.js';
import { streamChat } from './stream.js';
import { showText } from './text.js';

const element = (id) => document.getElementById(id);
const log = element('log');
const list = element('turns');
const box = element('message');
const storageKey = 'gyre-chat';

// A turn is { role, content, model?, seen?, isLeftOut? }; what is left out is shown but not sent again.
let turns = [];
let running = null;

const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

function makeButton(text, onClick, className = 'button') {
  const button = make('button', className, text);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 48;
const scrollToEnd = () => { log.scrollTop = log.scrollHeight; };

function addTurn(turn) {
  element('welcome').hidden = true;
  const item = make('li', `turn ${turn.role}`);
  const text = make('div', 'text');
  const meta = make('div', 'meta');
  item.append(make('div', 'who', turn.role === 'user' ? 'You' : turn.model), text, meta);
  showText(text, turn.content);
  if (turn.seen) addMeasurements(meta, turn);
  list.append(item);
  return { item, text, meta };
}

const duration = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
const rate = (value) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));

function addMeasurements(meta, { content, seen }) {
  if (seen.tokens > 0) meta.append(make('span', '', seen.tokens === 1 ? '1 token' : `${seen.tokens} tokens`));
  if (seen.firstMs !== null) meta.append(make('span', '', `first token ${duration(seen.firstMs)}`));
  if (seen.perSecond !== null) meta.append(make('span', '', `${rate(seen.perSecond)} tokens/s`));
  if (seen.finish === 'length') meta.append(make('span', '', 'cut at the token limit'));
  if (seen.isStopped) meta.append(make('span', '', 'stopped by you'));
  if (seen.requestId) {
    const trace = make('a', '', 'Trace');
    trace.href = `/traces/${encodeURIComponent(seen.requestId)}`;
    meta.append(trace);
  }
  if (content !== '' && navigator.clipboard) meta.append(copyButton(content));
}

function copyButton(content) {
  const button = makeButton('Copy', async () => {
    await navigator.clipboard.writeText(content);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  }, 'link');
  return button;
}

function clearNotice() {
  list.querySelector('.notice')?.remove();
}

function addNotice(problem, actions) {
  clearNotice();
  const item = make('li', 'notice');
  item.setAttribute('role', 'alert');
  item.append(make('strong', '', problem.title), make('div', '', problem.detail));
  if (problem.facts?.length > 0) item.append(make('div', 'notice-facts', problem.facts.join(' · ')));
  const row = make('div', 'notice-actions');
  for (const [text, onClick] of actions) row.append(makeButton(text, onClick));
  item.append(row);
  list.append(item);
  scrollToEnd();
}

function conversation() {
  const system = systemPrompt();
  const sent = turns.filter((turn) => !turn.isLeftOut).map(({ role, content }) => ({ role, content }));
  return system === '' ? sent : [{ role: 'system', content: system }, ...sent];
}

async function answer() {
  // A button of the notice may hold the focus, and goes with it.
  if (list.querySelector('.notice')?.contains(document.activeElement)) box.focus();
  clearNotice();
  const controller = new AbortController();
  setRunning(controller);
  const turn = { role: 'assistant', content: '', model: modelName() };
  const view = addTurn(turn);
  view.item.classList.add('running');
  scrollToEnd();
  const body = { ...requestSettings(), messages: conversation(), stream: true, stream_options: { include_usage: true } };
  let frame = 0;
  const show = (text) => {
    frame = 0;
    const follows = isAtEnd();
    showText(view.text, text);
    if (follows) scrollToEnd();
  };
  let latest = '';
  const { text, problem, ...seen } = await streamChat(body, controller.signal, (soFar) => {
    latest = soFar;
    frame ||= requestAnimationFrame(() => show(latest));
  });
  cancelAnimationFrame(frame);
  if (running !== controller) return; // A new chat began meanwhile.
  setRunning(null);
  view.item.classList.remove('running');
  turn.content = text;
  turn.seen = seen;
  if (problem && text === '') {
    view.item.remove();
    addNotice(problem, [['Try again', answer], ['Edit the message', edit]]);
    return;
  }
  show(text);
  turns.push(turn);
  if (text === '' && seen.isStopped) leaveOut();
  const follows = isAtEnd();
  addMeasurements(view.meta, turn);
  if (follows) scrollToEnd();
  if (problem) addNotice(problem, [['Try again', () => { dropLast(); answer(); }]]);
  element('live').textContent = seen.isStopped ? 'Answer stopped.' : `${turn.model} answered: ${text}`;
  save();
}

/** Takes a turn and its view out of the conversation. */
function dropLast() {
  clearNotice();
  list.lastElementChild.remove();
  return turns.pop();
}

/** Puts an unanswered message back into the box. */
function edit() {
  box.value = dropLast().content;
  element('welcome').hidden = turns.length > 0;
  grow();
  save();
  box.focus();
}

/** An exchange without an answer stays in view, and out of what is sent from now on. */
function leaveOut() {
  for (let i = turns.length - 1; i >= 0 && !turns[i].isLeftOut; i--) {
    turns[i].isLeftOut = true;
    if (turns[i].role === 'user') break;
  }
}

function setRunning(controller) {
  running = controller;
  element('send').hidden = controller !== null;
  element('stop').hidden = controller === null;
  lock(controller !== null);
}

function stop() {
  running?.abort();
  box.focus();
}

function send(text) {
  if (running || text.trim() === '') return;
  if (turns.at(-1)?.role === 'user') leaveOut();
  clearNotice();
  const turn = { role: 'user', content: text.trim() };
  turns.push(turn);
  addTurn(turn);
  box.value = '';
  grow();
  save();
  box.focus({ preventScroll: true });
  answer();
}

function startAgain() {
  running?.abort();
  setRunning(null);
  turns = [];
  list.replaceChildren();
  element('live').textContent = '';
  element('welcome').hidden = false;
  save();
  box.focus();
}

function grow() {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, window.innerHeight * 0.4)}px`;
}

function save() {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ turns, settings: settingsState() }));
  } catch {
    // Storage is full or switched off: the conversation lives on in this page, and a reload begins anew.
  }
}

function saved() {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}');
  } catch {
    return {};
  }
}

function restore() {
  const state = saved();
  restoreSettings(state.settings);
  turns = state.turns ?? [];
  for (const turn of turns) addTurn(turn);
  if (turns.at(-1)?.role === 'user' && !turns.at(-1).isLeftOut) {
    addNotice({ title: 'No answer yet', detail: 'The page was left before the answer was complete.' }, [['Try again', answer], ['Edit the message', edit]]);
  }
  scrollToEnd();
}

element('composer').addEventListener('submit', (event) => { event.preventDefault(); send(box.value); });
box.addEventListener('input', grow);
box.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send(box.value);
  }
});
element('stop').addEventListener('click', stop);
element('new').addEventListener('click', startAgain);
for (const button of document.querySelectorAll('.suggestion')) button.addEventListener('click', () => send(button.dataset.prompt));
document.addEventListener('keydown', (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (event.key === 'Escape') {
    if (isSheetOpen()) openSheet(false);
    else if (running) stop();
  } else if (event.key === '/' && !isTyping && !isSheetOpen() && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});

restore();
startSettings(save);
grow();
// Where there is a keyboard one can type at once; on a phone it would cover half the page unasked.
if (matchMedia('(pointer: fine)').matches) box.focus();
