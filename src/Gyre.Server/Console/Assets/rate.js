// The rating page: one item after the other, by keyboard. Nothing here knows who wrote an answer.
import { markDifferences } from '/console/diff.js';
import { call } from '/console/rate-calls.js';

const element = (id) => document.getElementById(id);
const page = element('rate');
const isPairs = page.dataset.form === 'pairs';
const questions = [...document.querySelectorAll('fieldset[data-question]')];
const outputs = [...document.querySelectorAll('.output .prose')];
const comment = element('comment');
const pause = 500;

let rater = '';
let item = null;
let isBusy = false;
let isDirty = false;
let timer = 0;
let marked = 0;

try {
  rater = localStorage.getItem('gyre-rater') ?? '';
} catch {
  // Storage is blocked: the name lasts as long as the page.
}

function show(id) {
  for (const part of ['join', 'done', 'work']) element(part).hidden = part !== id;
  // A field that is hidden keeps the focus until the next frame is drawn, and would swallow the first key.
  if (document.activeElement?.closest('[hidden]')) document.activeElement.blur();
}

function say(text) { element('announce').textContent = text; }

function fail(error) {
  const box = element('problem');
  box.replaceChildren();
  const title = document.createElement('strong');
  title.textContent = error.code === 'REG0087' ? 'Others have taken this item' : 'That did not work';
  const text = document.createElement('div');
  text.textContent = error.message;
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'button';
  again.textContent = 'Go on';
  again.addEventListener('click', next);
  box.append(title, text, again);
  box.hidden = false;
}

/** Runs one act at a time, and shows what goes wrong. */
async function act(work) {
  if (isBusy) return;
  isBusy = true;
  element('problem').hidden = true;
  try {
    await work();
  } catch (error) {
    if (error.code === 'REG0089') askName(error.message);
    else if (error.code === 'REG0084') finish('This campaign is closed', 'What you rated is kept. Thank you.');
    else fail(error);
  } finally {
    isBusy = false;
  }
}

const post = (verb, body = {}) => call(page.dataset.campaign, verb, { rater, ...body });

function tell(turn) {
  const total = turn.done + turn.left;
  element('progress').max = Math.max(1, total);
  element('progress').value = turn.done;
  element('counts').textContent = `${turn.done} rated · ${turn.left} to go${turn.skipped > 0 ? ` · ${turn.skipped} skipped` : ''}`;
  element('undo').disabled = turn.done + turn.skipped === 0;
  element('done-undo').hidden = turn.done + turn.skipped === 0;
}

function finish(title, text) {
  item = null;
  element('done-title').textContent = title;
  element('done-text').textContent = text;
  show('done');
  say(`${title}. ${text}`);
}

function open(assignment) {
  item = assignment;
  clearTimeout(timer);
  isDirty = false;
  element('prompt').textContent = assignment.prompt;
  for (const part of ['context', 'reference']) {
    element(part).textContent = assignment[part];
    element(`${part}-box`).hidden = assignment[part] === '';
  }
  outputs.forEach((box, side) => {
    box.textContent = assignment.outputs[side];
    box.scrollTop = 0;
  });
  element('answer').reset();
  for (const question of questions) {
    const value = assignment.answer?.values[question.dataset.question];
    for (const input of question.querySelectorAll('input')) input.checked = input.value === value;
  }
  for (const input of document.querySelectorAll('input[name=reason]')) input.checked = assignment.answer?.reasons.includes(input.value) ?? false;
  if (comment) comment.value = assignment.answer?.comment ?? '';
  if (element('saved')) element('saved').textContent = '';
  show('work');
  mark(Math.max(0, questions.findIndex((question) => !valueOf(question))));
  drawDifferences();
  page.scrollTop = 0;
  element('send').firstChild.textContent = assignment.state === 'rated' ? 'Change ' : 'Rate ';
  say(`Item ${assignment.number}.${assignment.answer ? ' It shows what you said.' : ''}`);
}

async function advance() {
  const turn = await post('next');
  tell(turn);
  element('own-box').hidden = turn.done + turn.skipped === 0;
  if (turn.assignment) open(turn.assignment);
  else if (turn.is_waiting) finish('Nothing free just now', 'Other raters have the items that are left; some may come free. Look again in a while.');
  else finish('All done', 'There is nothing left for you to rate here. Thank you.');
}

const next = () => act(advance);

const valueOf = (question) => question.querySelector('input:checked')?.value;

function said() {
  const values = {};
  for (const question of questions) if (valueOf(question)) values[question.dataset.question] = valueOf(question);
  return {
    assignment: item.id,
    values,
    reasons: [...document.querySelectorAll('input[name=reason]:checked')].map((input) => input.value),
    comment: comment?.value ?? '',
  };
}

/** Keeps what was begun on the server; also when the page is closed within the pause. */
async function keep(isLast = false) {
  clearTimeout(timer);
  if (!isDirty || !item || item.state !== 'reserved') return;
  isDirty = false;
  const kept = item.id;
  try {
    await call(page.dataset.campaign, 'draft', { rater, ...said() }, isLast);
    if (item?.id === kept && !isDirty && element('saved')) element('saved').textContent = 'Kept';
  } catch (error) {
    isDirty = true;
    if (element('saved')) element('saved').textContent = 'Not kept';
    if (error.code === 'REG0087') fail(error);
  }
}

function changed() {
  isDirty = true;
  if (element('saved')) element('saved').textContent = '';
  clearTimeout(timer);
  timer = setTimeout(keep, pause);
}

const send = () => act(async () => {
  const open = questions.findIndex((question) => !valueOf(question));
  if (open >= 0) {
    mark(open);
    say(`Not answered yet: ${questions[open].querySelector('legend').textContent}`);
    questions[open].querySelector('input').focus();
    return;
  }
  if (comment && page.dataset.comment === 'required' && comment.value.trim() === '') {
    say('Say why first.');
    comment.focus();
    return;
  }
  clearTimeout(timer);
  isDirty = false;
  await post('rate', said());
  document.activeElement?.blur();
  await advance();
});

const undo = () => act(async () => {
  const turn = await post('undo');
  tell(turn);
  open(turn.assignment);
});

const skip = () => {
  if (!item) return;
  element('skip-reason').value = '';
  element('skip-box').showModal();
};

function mark(place) {
  marked = Math.min(place, questions.length - 1);
  questions.forEach((question, number) => { question.dataset.marked = questions.length > 1 && number === marked; });
}

/** Chooses an answer; the same key again sends it where there is one question only. */
function choose(question, value, isHeld) {
  const input = [...question.querySelectorAll('input')].find((one) => one.value === value);
  if (!input) return;
  if (input.checked && questions.length === 1) {
    if (!isHeld) send();
    return;
  }
  input.checked = true;
  changed();
  const open = questions.findIndex((one) => !valueOf(one));
  mark(open >= 0 ? open : questions.indexOf(question));
}

function drawDifferences() {
  if (!isPairs) return;
  const isOn = element('diff').getAttribute('aria-pressed') === 'true';
  const note = element('diff-note');
  note.hidden = true;
  if (!isOn || !item) {
    outputs.forEach((box, side) => { box.textContent = item?.outputs[side] ?? ''; });
  } else if (!markDifferences(outputs, item.outputs)) {
    note.textContent = 'These texts are too long to compare word by word.';
    note.hidden = false;
  }
}

function toggleDifferences() {
  element('diff').setAttribute('aria-pressed', element('diff').getAttribute('aria-pressed') !== 'true');
  drawDifferences();
}

async function listOwn() {
  if (!element('own-box').open) return;
  const own = await call(page.dataset.campaign, `own?rater=${encodeURIComponent(rater)}`);
  element('own').replaceChildren(...own.data.map((past) => {
    const line = document.createElement('li');
    line.value = past.number;
    const text = document.createElement('span');
    text.dir = 'auto';
    const words = past.state === 'skipped' ? `skipped: ${past.skip_reason}` : Object.values(past.answer.values).map(wordsOf).join(', ');
    text.textContent = `${past.prompt.slice(0, 80)}${past.prompt.length > 80 ? '…' : ''} (${words})`;
    const change = document.createElement('button');
    change.type = 'button';
    change.className = 'button small';
    change.textContent = 'Change';
    change.setAttribute('aria-label', `Change your rating of item ${past.number}`);
    change.addEventListener('click', () => keep().then(() => { open(past); element('work').scrollIntoView(); }));
    line.append(text, ' ', change);
    return line;
  }));
}

const wordsOf = (value) => ({ left: 'A', right: 'B', tie: 'equally good', both_bad: 'both bad' }[isPairs ? value : '']) ?? value;

function askName(problem) {
  show('join');
  element('who').textContent = '';
  element('rater').value = rater;
  element('rater').setCustomValidity('');
  if (problem) fail({ message: problem });
  element('rater').focus();
}

function begin() {
  const who = element('who');
  who.replaceChildren();
  const change = document.createElement('button');
  change.type = 'button';
  change.className = 'link';
  change.textContent = 'not you?';
  change.addEventListener('click', () => keep().then(() => askName()));
  const name = document.createElement('bdi');
  name.textContent = rater;
  who.append(name, ' · ', change);
  next();
}

function pressed(event) {
  if (document.querySelector('dialog[open]') || element('work').hidden) {
    if (event.key === 'u' && !element('done').hidden && !event.ctrlKey && !event.metaKey && !event.altKey) undo();
    return;
  }
  const isText = event.target.matches('textarea, input:not([type=radio]):not([type=checkbox])');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
    return;
  }
  if (isText) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isBusy) {
    // Between two items a key belongs to neither.
    if (!event.target.matches('button, a, summary')) event.preventDefault();
    return;
  }
  const question = questions[marked];
  const kind = question.dataset.kind;
  const side = { ArrowLeft: 'left', ArrowRight: 'right', ArrowDown: 'tie', b: 'both_bad' }[event.key];
  if (kind === 'preference' && side) choose(question, side, event.repeat);
  else if (kind !== 'preference' && /^[1-9]$/.test(event.key)) choose(question, question.querySelectorAll('input')[event.key - 1]?.value, event.repeat);
  else if (kind === 'yes_no' && (event.key === 'y' || event.key === 'n')) choose(question, event.key === 'y' ? 'yes' : 'no', event.repeat);
  else if (event.key === 'Enter' && !event.target.matches('button, a, summary') && !event.repeat) send();
  else if (event.key === 's') skip();
  else if (event.key === 'u' && !event.repeat && !element('undo').disabled) undo();
  else if (event.key === 'd' && isPairs) toggleDifferences();
  else if (event.key === '?') element('help-box').showModal();
  else return;
  event.preventDefault();
}

/** Two long texts scroll by the same share, so that what belongs together stands side by side. */
function scrollTogether() {
  let leader = null;
  outputs.forEach((box, side) => box.addEventListener('scroll', () => {
    if (leader && leader !== box) return;
    leader = box;
    const other = outputs[1 - side];
    const share = box.scrollTop / Math.max(1, box.scrollHeight - box.clientHeight);
    other.scrollTop = share * (other.scrollHeight - other.clientHeight);
    requestAnimationFrame(() => requestAnimationFrame(() => { leader = null; }));
  }));
}

if (isPairs) {
  scrollTogether();
  element('diff').addEventListener('click', toggleDifferences);
}
document.addEventListener('keydown', pressed);
element('answer').addEventListener('submit', (event) => { event.preventDefault(); send(); });
element('answer').addEventListener('input', changed);
questions.forEach((question, place) => question.addEventListener('change', () => {
  const open = questions.findIndex((one) => !valueOf(one));
  mark(open >= 0 ? open : place);
}));
element('skip').addEventListener('click', skip);
element('undo').addEventListener('click', undo);
element('done-undo').addEventListener('click', undo);
element('look-again').addEventListener('click', next);
element('help').addEventListener('click', () => element('help-box').showModal());
element('skip-cancel').addEventListener('click', () => element('skip-box').close());
element('skip-form').addEventListener('submit', () => act(async () => {
  await post('skip', { assignment: item.id, reason: element('skip-reason').value });
  await advance();
}));
element('own-box').addEventListener('toggle', () => listOwn().catch(fail));
element('join').addEventListener('submit', (event) => {
  event.preventDefault();
  rater = element('rater').value.trim();
  try {
    localStorage.setItem('gyre-rater', rater);
  } catch {
    // Storage is blocked: the name lasts as long as the page.
  }
  begin();
});
addEventListener('pagehide', () => keep(true));
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(true); });

if (rater) begin();
else askName();
