// Calls of the ratings' API; a refusal is an error with the server's code and words.
export async function call(campaign, verb, body, keepalive = false) {
  const address = `/api/ratings/${encodeURIComponent(campaign)}/${verb}`;
  let response;
  try {
    response = body === undefined
      ? await fetch(address, { cache: 'no-store' })
      : await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), keepalive });
  } catch {
    throw Object.assign(new Error('The server does not answer. What you said is still here: go on once it is back.'), { code: 'none' });
  }
  const answer = await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.error?.message ?? 'The server refused.'), { code: answer.error?.code });
}
