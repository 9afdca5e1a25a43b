// The chat page: streams /v1/chat/completions as any client would, and measures what it sees.
const element = (id) => document.getElementById(id);
const log = element('log');
const list = element('turns');
const welcome = element('welcome');
const form = element('composer');
const box = element('message');
const sendButton = element('send');
const stopButton = element('stop');
const modelSelect = element('model');
const panel = element('panel');
const live = element('live');
const storageKey = 'gyre-chat';
const fields = ['system', 'temperature', 'top_p', 'max_tokens', 'seed'];

let messages = [];
let running = null;

function addTurn(role, text) {
  welcome.hidden = true;
  const turn = document.createElement('li');
  turn.className = `turn ${role}`;
  const who = document.createElement('div');
  who.className = 'who';
  who.textContent = role === 'user' ? 'You' : modelSelect.value;
  const body = document.createElement('div');
  body.className = 'text';
  body.textContent = text;
  const meta = document.createElement('div');
  meta.className = 'meta';
  turn.append(who, body, meta);
  list.append(turn);
  log.scrollTop = log.scrollHeight;
  return { turn, body, meta };
}

function addMeta(meta, text, href) {
  const item = document.createElement(href ? 'a' : 'span');
  item.textContent = text;
  if (href) item.href = href;
  meta.append(item);
}

function addNotice(title, detail, onRetry) {
  const item = document.createElement('li');
  item.className = 'notice';
  item.setAttribute('role', 'alert');
  const head = document.createElement('strong');
  head.textContent = title;
  const body = document.createElement('div');
  body.textContent = detail;
  item.append(head, body);
  if (onRetry) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button';
    button.textContent = 'Try again';
    button.addEventListener('click', () => { item.remove(); onRetry(); });
    item.append(button);
  }
  list.append(item);
  log.scrollTop = log.scrollHeight;
}

function requestBody() {
  const system = element('system').value.trim();
  const body = {
    model: modelSelect.value,
    messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages],
    stream: true,
    stream_options: { include_usage: true },
    temperature: Number(element('temperature').value),
    top_p: Number(element('top_p').value),
    max_tokens: Number(element('max_tokens').value),
  };
  const seed = element('seed').value.trim();
  if (seed !== '') body.seed = Number(seed);
  return body;
}

async function* serverSentEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    let end;
    while ((end = buffer.indexOf('\n\n')) >= 0) {
      const event = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      for (const line of event.split('\n')) {
        if (line.startsWith('data: ')) yield line.slice(6);
      }
    }
  }
}

async function readProblem(response) {
  try {
    const { error } = await response.json();
    return { title: `The server refused (${response.status})`, detail: error.code ? `${error.message} [${error.code}]` : error.message };
  } catch {
    return { title: `The server refused (${response.status})`, detail: response.statusText || 'It gave no reason.' };
  }
}

async function answer() {
  const controller = new AbortController();
  running = controller;
  setRunning(true);
  const view = addTurn('assistant', '');
  view.turn.classList.add('running');
  const started = performance.now();
  let firstAt = null;
  let lastAt = null;
  let chunks = 0;
  let text = '';
  let finish = null;
  let usage = null;
  let requestId = null;
  let problem = null;
  try {
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(requestBody()),
      signal: controller.signal,
    });
    requestId = response.headers.get('x-request-id');
    if (!response.ok) {
      problem = await readProblem(response);
    } else {
      for await (const data of serverSentEvents(response)) {
        if (data === '[DONE]') break;
        const chunk = JSON.parse(data);
        if (chunk.error) {
          problem = { title: 'The answer broke off', detail: chunk.error.message };
          break;
        }
        usage = chunk.usage ?? usage;
        const choice = chunk.choices?.[0];
        finish = choice?.finish_reason ?? finish;
        const piece = choice?.delta?.content;
        if (piece) {
          lastAt = performance.now();
          firstAt ??= lastAt;
          chunks++;
          text += piece;
          const stuck = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
          view.body.textContent = text;
          if (stuck) log.scrollTop = log.scrollHeight;
        }
      }
    }
  } catch (error) {
    if (error.name === 'AbortError') finish = 'stopped';
    else problem = { title: 'No connection to the server', detail: 'Is Gyre still running? Start it with: ./gyre up' };
  }
  view.turn.classList.remove('running');
  running = null;
  setRunning(false);
  if (problem && text === '') {
    view.turn.remove();
    addNotice(problem.title, problem.detail, answer);
    return;
  }
  messages.push({ role: 'assistant', content: text });
  describe(view.meta, { started, firstAt, lastAt, chunks, usage, finish, requestId });
  if (problem) addNotice(problem.title, problem.detail);
  live.textContent = finish === 'stopped' ? 'Answer stopped.' : `Answer complete: ${text}`;
  save();
}

function describe(meta, seen) {
  const tokens = seen.usage?.completion_tokens ?? seen.chunks;
  if (seen.usage) addMeta(meta, `${tokens} tokens`);
  if (seen.firstAt !== null) {
    addMeta(meta, `first token ${Math.round(seen.firstAt - seen.started)} ms`);
    if (tokens > 1 && seen.lastAt > seen.firstAt) {
      addMeta(meta, `${Math.round((tokens - 1) / ((seen.lastAt - seen.firstAt) / 1000))} tokens/s`);
    }
  }
  if (seen.finish === 'length') addMeta(meta, 'cut at the token limit');
  if (seen.finish === 'stopped') addMeta(meta, 'stopped by you');
  if (seen.requestId) addMeta(meta, 'trace', `/traces/${encodeURIComponent(seen.requestId)}`);
}

function setRunning(isRunning) {
  sendButton.hidden = isRunning;
  stopButton.hidden = !isRunning;
  modelSelect.disabled = isRunning;
}

function send(text) {
  if (running || text.trim() === '') return;
  messages.push({ role: 'user', content: text });
  addTurn('user', text);
  box.value = '';
  grow();
  save();
  answer();
}

function reset() {
  running?.abort();
  messages = [];
  list.replaceChildren();
  welcome.hidden = false;
  save();
  box.focus();
}

function grow() {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, window.innerHeight * 0.4)}px`;
}

function save() {
  const settings = Object.fromEntries(fields.map((id) => [id, element(id).value]));
  sessionStorage.setItem(storageKey, JSON.stringify({ messages, settings, model: modelSelect.value }));
}

function restore() {
  const saved = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
  if (!saved) return;
  for (const id of fields) if (saved.settings?.[id] !== undefined) element(id).value = saved.settings[id];
  if ([...modelSelect.options].some((option) => option.value === saved.model)) modelSelect.value = saved.model;
  messages = saved.messages ?? [];
  for (const message of messages) addTurn(message.role, message.content);
}

function showValues() {
  for (const id of ['temperature', 'top_p']) element(`${id}-value`).textContent = Number(element(id).value).toFixed(2);
}

form.addEventListener('submit', (event) => { event.preventDefault(); send(box.value); });
box.addEventListener('input', grow);
box.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(box.value); }
});
stopButton.addEventListener('click', () => running?.abort());
element('new').addEventListener('click', reset);
element('panel-open').addEventListener('click', () => { panel.dataset.open = panel.dataset.open === 'true' ? 'false' : 'true'; });
element('panel-close').addEventListener('click', () => { panel.dataset.open = 'false'; element('panel-open').focus(); });
panel.addEventListener('input', () => { showValues(); save(); });
modelSelect.addEventListener('change', save);
for (const button of document.querySelectorAll('.suggestion')) button.addEventListener('click', () => send(button.dataset.prompt));
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (event.key === 'Escape') {
    if (panel.dataset.open === 'true') panel.dataset.open = 'false';
    else running?.abort();
  } else if (event.key === '/' && !typing) {
    event.preventDefault();
    box.focus();
  }
});

restore();
showValues();
grow();
box.focus();
