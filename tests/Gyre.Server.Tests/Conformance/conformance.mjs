// Runs every scenario of scenarios.txt against the server at GYRE_URL with the official JavaScript client, and prints
// "ok NAME" or "FAIL NAME: why" for each. The server behind it is the one that ConformanceServer.cs starts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.GYRE_CLIENT}/package.json`);
const { default: OpenAI } = await import(pathToFileURL(require.resolve('openai')).href.replace(/index\.js$/, 'index.mjs'));
const client = new OpenAI({ baseURL: process.env.GYRE_URL, apiKey: 'unused', maxRetries: 0 });
const model = 'gyre';
const user = (content) => [{ role: 'user', content }];

const parameters = {
  type: 'object',
  properties: { city: { type: 'string', enum: ['Oslo', 'Rome'] }, days: { type: 'integer', minimum: 1, maximum: 7 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const tools = [
  { type: 'function', function: { name: 'get_weather', description: 'The weather of a city.', parameters } },
  { type: 'function', function: { name: 'get_time', description: 'The time.', parameters: { type: 'object', properties: {}, additionalProperties: false } } },
];
const flatTools = tools.map((tool) => ({ type: 'function', strict: false, ...tool.function }));
const shop = {
  type: 'object',
  properties: { colour: { type: 'string', enum: ['red', 'blue'] }, price: { type: 'integer', minimum: 0, maximum: 99 }, inStock: { type: 'boolean' } },
  required: ['colour', 'price', 'inStock'],
  additionalProperties: false,
};

function checkShop(text) {
  const value = JSON.parse(text);
  assert.deepEqual(Object.keys(value).sort(), ['colour', 'inStock', 'price']);
  assert.ok(['red', 'blue'].includes(value.colour) && Number.isInteger(value.price) && value.price >= 0 && value.price <= 99 && typeof value.inStock === 'boolean');
}

function checkCall(call, name) {
  const value = JSON.parse(call.arguments ?? call.function.arguments);
  const called = call.name ?? call.function.name;
  if (name) assert.equal(called, name);
  if (called === 'get_weather') {
    assert.deepEqual(Object.keys(value).sort(), ['city', 'days']);
    assert.ok(['Oslo', 'Rome'].includes(value.city) && value.days >= 1 && value.days <= 7);
  } else {
    assert.equal(called, 'get_time');
    assert.deepEqual(value, {});
  }
}

async function fails(promise, type, status) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof type, `${error}`);
    assert.equal(error.status, status);
    assert.ok(error.requestID ?? error.headers?.get('x-request-id'));
    return true;
  });
}

async function until(read, done) {
  for (let i = 0; i < 500; i++) {
    const value = await read();
    if (done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen within the time.');
}

const scenarios = {
  'chat': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('hello') });
    assert.equal(answer.choices[0].message.content, 'HELLO');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  },
  'chat-stream': async () => {
    const stream = client.chat.completions.stream({ model, messages: user('hällo 🎉'), stream_options: { include_usage: true } });
    let text = '';
    stream.on('content', (delta) => { text += delta; });
    const whole = await stream.finalChatCompletion();
    assert.equal(text, 'HÄLLO 🎉');
    assert.equal(whole.choices[0].message.content, text);
    assert.equal(whole.usage.completion_tokens, 8);
  },
  'chat-n': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('hello'), n: 3 });
    assert.deepEqual(answer.choices.map((choice) => [choice.index, choice.message.content]), [[0, 'HELLO'], [1, 'HELLO'], [2, 'HELLO']]);
  },
  'chat-stop': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('hello'), stop: ['z', 'L'] });
    assert.equal(answer.choices[0].message.content, 'HE');
    assert.equal(answer.choices[0].finish_reason, 'stop');
  },
  'chat-seed': async () => {
    const ask = async (seed) => (await client.chat.completions.create({ model, messages: user('free'), seed, response_format: { type: 'json_schema', json_schema: { name: 'word', schema: { type: 'string', pattern: '^[a-z]{12}$' } } } })).choices[0].message.content;
    const [first, same, other] = [await ask(7), await ask(7), await ask(8)];
    assert.equal(first, same);
    assert.notEqual(first, other);
  },
  'chat-logprobs': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('ab'), logprobs: true, top_logprobs: 2 });
    const tokens = answer.choices[0].logprobs.content;
    assert.deepEqual(tokens.map((token) => token.token), ['A', 'B']);
    assert.ok(tokens.every((token) => token.logprob <= 0 && token.top_logprobs.length === 2 && token.bytes.length === 1));
  },
  'chat-abort': async () => {
    const stream = await client.chat.completions.create({ model, messages: user('slow ' + 'x'.repeat(900)), stream: true });
    let chunks = 0;
    for await (const _ of stream) {
      if (++chunks === 3) stream.controller.abort();
    }
    assert.ok(chunks < 100);
  },
  'tools-auto': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('weather?'), tools });
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    assert.equal(answer.choices[0].message.content, null);
    checkCall(answer.choices[0].message.tool_calls[0], 'get_weather');
    const plain = await client.chat.completions.create({ model, messages: user('hello'), tools });
    assert.equal(plain.choices[0].message.content, 'HELLO');
    assert.equal(plain.choices[0].message.tool_calls, undefined);
  },
  'tools-none': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('weather?'), tools, tool_choice: 'none' });
    assert.equal(answer.choices[0].message.tool_calls, undefined);
    assert.equal(answer.choices[0].finish_reason, 'stop');
  },
  'tools-required': async () => {
    for (let seed = 0; seed < 5; seed++) {
      const answer = await client.chat.completions.create({ model, messages: user('free'), tools, tool_choice: 'required', parallel_tool_calls: false, seed });
      assert.equal(answer.choices[0].finish_reason, 'tool_calls');
      assert.equal(answer.choices[0].message.tool_calls.length, 1);
      checkCall(answer.choices[0].message.tool_calls[0]);
    }
  },
  'tools-named': async () => {
    for (const name of ['get_weather', 'get_time']) {
      const answer = await client.chat.completions.create({ model, messages: user('free'), tools, tool_choice: { type: 'function', function: { name } } });
      checkCall(answer.choices[0].message.tool_calls[0], name);
    }
  },
  'tools-parallel': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('weather and time?'), tools });
    const calls = answer.choices[0].message.tool_calls;
    assert.deepEqual(calls.map((call) => call.function.name), ['get_weather', 'get_time']);
    assert.notEqual(calls[0].id, calls[1].id);
    calls.forEach((call) => checkCall(call));
  },
  'tools-stream': async () => {
    const stream = client.chat.completions.stream({ model, messages: user('weather?'), tools });
    const fragments = [];
    stream.on('chunk', (chunk) => fragments.push(...(chunk.choices[0]?.delta.tool_calls ?? [])));
    const whole = await stream.finalChatCompletion();
    assert.ok(fragments[0].id && fragments[0].type === 'function' && fragments[0].function.name === 'get_weather');
    assert.ok(fragments.slice(1).every((fragment) => fragment.index === 0 && fragment.id === undefined));
    assert.equal(whole.choices[0].finish_reason, 'tool_calls');
    checkCall(whole.choices[0].message.tool_calls[0], 'get_weather');
  },
  'tools-round-trip': async () => {
    const first = await client.chat.completions.create({ model, messages: user('weather?'), tools });
    const call = first.choices[0].message.tool_calls[0];
    const second = await client.chat.completions.create({ model, tools, messages: [...user('weather?'), first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'rain' }, ...user('thanks')] });
    assert.equal(second.choices[0].message.content, 'THANKS');
  },
  'response-format-json-object': async () => {
    const answer = await client.chat.completions.create({ model, messages: user('free'), response_format: { type: 'json_object' }, seed: 1, max_tokens: 2000 });
    assert.equal(typeof JSON.parse(answer.choices[0].message.content), 'object');
  },
  'response-format-json-schema': async () => {
    for (let seed = 0; seed < 5; seed++) {
      const answer = await client.chat.completions.create({ model, messages: user('free'), seed, response_format: { type: 'json_schema', json_schema: { name: 'shop', strict: true, schema: shop } } });
      checkShop(answer.choices[0].message.content);
    }
  },
  'response-format-json-schema-stream': async () => {
    const stream = client.chat.completions.stream({ model, messages: user('free'), response_format: { type: 'json_schema', json_schema: { name: 'shop', strict: true, schema: shop } } });
    checkShop((await stream.finalChatCompletion()).choices[0].message.content);
  },
  'response-format-refused': async () => {
    await assert.rejects(
      client.chat.completions.create({ model, messages: user('free'), response_format: { type: 'json_schema', json_schema: { name: 'shop', schema: { type: 'string', contentEncoding: 'x', unknownKeyword: 1 } } } }),
      (error) => error.status === 400 && error.param === 'response_format.json_schema.schema' && /unknownKeyword|contentEncoding/.test(error.message));
  },
  'completions-echo': async () => {
    const answer = await client.completions.create({ model, prompt: 'ab', max_tokens: 1, echo: true, logprobs: 1 });
    assert.ok(answer.choices[0].text.startsWith('ab'));
    assert.equal(answer.choices[0].logprobs.tokens.length, 3);
    assert.equal(answer.choices[0].logprobs.token_logprobs[0], null);
  },
  'embeddings': async () => {
    const floats = await client.embeddings.create({ model, input: ['ab', 'c'], encoding_format: 'float' });
    const coded = await client.embeddings.create({ model, input: ['ab', 'c'] });
    const short = await client.embeddings.create({ model, input: [[3, 4, 3]], dimensions: 2 });
    assert.deepEqual(floats.data[0].embedding, [2, 97, 98, 1]);
    assert.deepEqual([...coded.data[1].embedding], [1, 99, 99, 1]);
    assert.equal(short.data[0].embedding.length, 2);
  },
  'models': async () => {
    const ids = [];
    for await (const listed of client.models.list()) ids.push(listed.id);
    assert.deepEqual(ids, ['gyre']);
    assert.equal((await client.models.retrieve('gyre')).object, 'model');
  },
  'responses': async () => {
    const response = await client.responses.create({ model, input: 'hello', instructions: 'be loud', metadata: { a: 'b' } });
    assert.equal(response.output_text, 'HELLO');
    assert.equal(response.status, 'completed');
    assert.deepEqual(response.metadata, { a: 'b' });
    assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
  },
  'responses-stream': async () => {
    const stream = client.responses.stream({ model, input: 'hello' });
    const seen = [];
    for await (const event of stream) {
      assert.equal(event.sequence_number, seen.length);
      seen.push(event.type);
    }
    assert.equal((await stream.finalResponse()).output_text, 'HELLO');
    assert.deepEqual(seen.filter((name, index) => name !== seen[index - 1]), [
      'response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added', 'response.output_text.delta',
      'response.output_text.done', 'response.content_part.done', 'response.output_item.done', 'response.completed']);
  },
  'responses-tools': async () => {
    const first = await client.responses.create({ model, input: 'weather?', tools: flatTools });
    const call = first.output.find((item) => item.type === 'function_call');
    checkCall(call, 'get_weather');
    const forced = await client.responses.create({ model, input: 'free', tools: flatTools, tool_choice: { type: 'function', name: 'get_time' } });
    checkCall(forced.output[0], 'get_time');
    const second = await client.responses.create({ model, tools: flatTools, previous_response_id: first.id, input: [{ type: 'function_call_output', call_id: call.call_id, output: 'rain' }, { role: 'user', content: 'thanks' }] });
    assert.equal(second.output_text, 'THANKS');
  },
  'responses-json-schema': async () => {
    const response = await client.responses.create({ model, input: 'free', text: { format: { type: 'json_schema', name: 'shop', strict: true, schema: shop } } });
    checkShop(response.output_text);
  },
  'responses-get': async () => {
    const made = await client.responses.create({ model, input: 'hello' });
    const kept = await client.responses.retrieve(made.id);
    assert.deepEqual(JSON.parse(JSON.stringify(kept)), JSON.parse(JSON.stringify(made)));
    const unkept = await client.responses.create({ model, input: 'hello', store: false });
    await fails(client.responses.retrieve(unkept.id), OpenAI.NotFoundError, 404);
  },
  'responses-previous': async () => {
    const first = await client.responses.create({ model, input: 'one' });
    const second = await client.responses.create({ model, input: 'two', previous_response_id: first.id });
    assert.ok(second.usage.input_tokens > first.usage.input_tokens);
    assert.equal(second.previous_response_id, first.id);
  },
  'responses-input-items': async () => {
    const made = await client.responses.create({ model, input: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }] });
    const texts = [];
    for await (const item of client.responses.inputItems.list(made.id, { limit: 2, order: 'asc' })) texts.push(item.content[0].text);
    assert.deepEqual(texts, ['a', 'b', 'c']);
  },
  'responses-background': async () => {
    const begun = await client.responses.create({ model, input: 'hello', background: true });
    assert.ok(['queued', 'in_progress'].includes(begun.status));
    const ended = await until(() => client.responses.retrieve(begun.id), (response) => response.status === 'completed');
    assert.equal(ended.output_text, 'HELLO');
  },
  'responses-cancel': async () => {
    const begun = await client.responses.create({ model, input: 'slow ' + 'x'.repeat(900), background: true });
    assert.equal((await client.responses.cancel(begun.id)).status, 'cancelled');
    assert.equal((await client.responses.retrieve(begun.id)).status, 'cancelled');
  },
  'responses-delete': async () => {
    const made = await client.responses.create({ model, input: 'hello' });
    await client.responses.delete(made.id);
    await fails(client.responses.retrieve(made.id), OpenAI.NotFoundError, 404);
  },
  'error-bad-request': async () => {
    await assert.rejects(client.chat.completions.create({ model, messages: user('x'), temperature: 3 }), (error) => error instanceof OpenAI.BadRequestError && error.param === 'temperature' && error.type === 'invalid_request_error');
  },
  'error-unknown-model': async () => {
    await fails(client.chat.completions.create({ model: 'none', messages: user('x') }), OpenAI.NotFoundError, 404);
  },
  'error-full-queue': async () => {
    await fails(client.chat.completions.create({ model, messages: user('full') }), OpenAI.RateLimitError, 429);
  },
};

const names = readFileSync(new URL('scenarios.txt', import.meta.url), 'utf8').split('\n').filter((line) => line.length > 0);
let failures = 0;
for (const name of names) {
  try {
    if (!scenarios[name]) throw new Error('There is no such scenario here.');
    await scenarios[name]();
    console.log(`ok ${name}`);
  } catch (error) {
    failures++;
    console.log(`FAIL ${name}: ${String(error?.stack ?? error).split('\n').slice(0, 12).join(' | ')}`);
  }
}
for (const name of Object.keys(scenarios).filter((one) => !names.includes(one))) {
  failures++;
  console.log(`FAIL ${name}: It is not in scenarios.txt.`);
}
process.exit(failures === 0 ? 0 : 1);
