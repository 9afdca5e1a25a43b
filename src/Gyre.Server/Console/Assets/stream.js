// Calls /v1/chat/completions as any client would, and measures what arrives.

async function* events(response) {
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

function titleOf(status) {
  if (status === 429) return 'The server is busy';
  if (status === 503) return 'The model cannot answer';
  return status < 500 ? 'The request was refused' : 'The server failed';
}

/** Messages may end with their code; it is shown apart. */
const withoutCode = (message, code) => (code && message.endsWith(` (${code})`) ? message.slice(0, -code.length - 3) : message);

async function problemOf(response) {
  const problem = { title: titleOf(response.status), detail: 'The server gave no reason.', facts: [`HTTP ${response.status}`] };
  try {
    const { error } = await response.json();
    problem.detail = withoutCode(error.message, error.code);
    if (error.code) problem.facts.push(error.code);
  } catch {
    // No JSON: the status is all there is to say.
  }
  return problem;
}

const brokeOff = (detail, code) => ({ title: 'The answer broke off', detail: withoutCode(detail, code), facts: code ? [code] : [] });

/**
 * Streams one answer. Never throws: what went wrong is in `problem`; `isStopped` says that the reader asked to stop.
 */
export async function streamChat(body, signal, onPiece) {
  const seen = { text: '', tokens: 0, finish: null, requestId: null, firstMs: null, perSecond: null, problem: null, isStopped: false };
  const started = performance.now();
  let first = null;
  let last = null;
  let chunks = 0;
  let usage = null;
  let isWhole = false;
  try {
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    seen.requestId = response.headers.get('x-request-id');
    if (!response.ok) {
      seen.problem = await problemOf(response);
      return seen;
    }
    for await (const event of events(response)) {
      if (event === '[DONE]') {
        isWhole = true;
        break;
      }
      const chunk = JSON.parse(event);
      if (chunk.error) {
        seen.problem = brokeOff(chunk.error.message, chunk.error.code);
        break;
      }
      usage = chunk.usage ?? usage;
      const choice = chunk.choices?.[0];
      seen.finish = choice?.finish_reason ?? seen.finish;
      const piece = choice?.delta?.content;
      if (piece) {
        last = performance.now();
        first ??= last;
        chunks++;
        seen.text += piece;
        onPiece(seen.text);
      }
    }
    if (!isWhole) seen.problem ??= brokeOff('The connection closed before the answer was complete.');
  } catch (error) {
    if (error.name === 'AbortError') seen.isStopped = true;
    else if (first === null) seen.problem = { title: 'No connection to the server', detail: 'Is Gyre still running? Start it with: ./gyre up', facts: [] };
    else seen.problem = brokeOff('The connection to the server was lost. Is Gyre still running?');
  }
  seen.tokens = usage?.completion_tokens ?? chunks;
  if (first !== null) {
    seen.firstMs = first - started;
    if (chunks > 1 && last > first) seen.perSecond = (seen.tokens - 1) / ((last - first) / 1000);
  }
  return seen;
}
