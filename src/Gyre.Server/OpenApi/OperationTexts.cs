using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.OpenApi;

/// <summary>What the OpenAPI document says of every route.</summary>
internal static class OperationTexts
{
    private const string Compatible = "OpenAI-compatible";
    private const string AnthropicCompatible = "Anthropic-compatible";
    private const string Native = "Gyre";
    private const string Management = "Management";
    private static readonly PlaceParameter ResponseId = new("id", IsInPath: true, "{\"type\":\"string\"}", "The response's id.");
    private static readonly int[] GenerationErrors = [400, 404, 413, 415, 429, 500, 503, 504];

    public static OperationText Chat { get; } = new(
        "createChatCompletion",
        Compatible,
        "Answer a conversation",
        "Renders the conversation with the model's chat template and generates the assistant's message. With stream, the answer is a sequence of server-sent events: the role first, then text, then a chunk with the finish reason, and data: [DONE]. Lines that begin with a colon keep the connection alive. A failure in mid-stream is an event with an error body.")
    {
        Request = ChatParameters.Table,
        RequestExample = """{"model":"default","messages":[{"role":"user","content":"Describe a red wool scarf in one sentence."}],"max_tokens":60,"stream":false}""",
        EventType = typeof(ChatChunk),
        Errors = GenerationErrors,
    };

    public static OperationText Completion { get; } = new(
        "createCompletion",
        Compatible,
        "Continue prompts as they are",
        "Continues one or more prompts without a chat template. With echo, logprobs and max_tokens 0 it scores a text.")
    {
        Request = CompletionParameters.Table,
        RequestExample = """{"model":"default","prompt":"Once upon a time","max_tokens":16,"logprobs":1}""",
        EventType = typeof(Completion),
        Errors = GenerationErrors,
    };

    public static OperationText Generate { get; } = new(
        "generate",
        Native,
        "Generate a text, the simple way",
        "Takes a prompt to continue or a conversation to answer and returns a text with usage and timings; streams events or lines.")
    {
        Request = GenerateParameters.Table,
        RequestExample = """{"messages":[{"role":"user","content":"Describe a red wool scarf."}],"max_tokens":60}""",
        EventType = typeof(GenerateAnswer),
        EventContentTypes = ["text/event-stream", "application/x-ndjson"],
        Errors = GenerationErrors,
    };

    public static OperationText Responses { get; } = new(
        "createResponse",
        Compatible,
        "Respond to an input",
        "Answers a text or a list of items with messages and calls, and keeps the response unless told not to. With stream, the answer is a sequence of typed events: response.created, response.in_progress, then each item added, filled and done, and response.completed, response.incomplete or response.failed. With background it answers at once.")
    {
        Request = ResponseParameters.Table,
        RequestExample = "{\"model\":\"default\",\"input\":\"Describe a red wool scarf in one sentence.\",\"max_output_tokens\":60}",
        EventType = typeof(ResponseEvent),
        Errors = GenerationErrors,
    };

    public static OperationText Response { get; } = new("getResponse", Compatible, "Show a kept response", "The response as it stands; one that runs in the background is queued or in_progress until it ends.")
    {
        Parameters = [ResponseId],
        Errors = [400, 404, 500],
    };

    public static OperationText DeleteResponse { get; } = new("deleteResponse", Compatible, "Remove a kept response", "Ends it where it still runs, and removes it. Responses that go on from it stay, and can no longer be gone on from.")
    {
        Parameters = [ResponseId],
        Errors = [404, 500],
    };

    public static OperationText ResponseInput { get; } = new("listResponseInput", Compatible, "List a response's input", "The items of the request that made it; those of the responses before it are theirs.")
    {
        Parameters =
        [
            ResponseId,
            new("limit", IsInPath: false, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":20}", "The most to list."),
            new("order", IsInPath: false, "{\"type\":\"string\",\"enum\":[\"asc\",\"desc\"],\"default\":\"desc\"}", "asc: the first first; desc: the last first."),
            new("after", IsInPath: false, "{\"type\":\"string\"}", "Continues a list: the value of last_id."),
        ],
        Errors = [400, 404, 500],
    };

    public static OperationText CancelResponse { get; } = new("cancelResponse", Compatible, "End a background response", "Ends a response that runs in the background and shows it; one that has ended stays as it is.")
    {
        Parameters = [ResponseId],
        Errors = [400, 404, 500],
    };

    public static OperationText Messages { get; } = new(
        "createMessage",
        AnthropicCompatible,
        "Answer a conversation, in the form of messages",
        "As chat completions, in the form that clients of messages speak: blocks of text, tool_use and tool_result, and their events when streamed.")
    {
        Request = MessagesParameters.Table,
        RequestExample = "{\"model\":\"default\",\"max_tokens\":60,\"messages\":[{\"role\":\"user\",\"content\":\"Describe a red wool scarf in one sentence.\"}]}",
        EventType = typeof(MessageEvent),
        Errors = GenerationErrors,
        ErrorType = typeof(MessagesErrorBody),
    };

    public static OperationText CountTokens { get; } = new(
        "countMessageTokens",
        AnthropicCompatible,
        "Count the tokens of a messages request",
        "How many tokens the conversation has, as the model's chat template writes it.")
    {
        Request = MessagesParameters.CountTable,
        RequestExample = "{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Describe a red wool scarf.\"}]}",
        Errors = [400, 404, 413, 415, 500, 503],
        ErrorType = typeof(MessagesErrorBody),
    };

    public static OperationText Embeddings { get; } = new(
        "createEmbedding",
        Compatible,
        "Turn texts into vectors",
        "Vectors by the model's own pooling and normalisation, one a text.")
    {
        Request = EmbeddingParameters.Table,
        RequestExample = "{\"model\":\"default\",\"input\":[\"a red wool scarf\",\"a blue cotton shirt\"]}",
        Errors = GenerationErrors,
    };

    public static OperationText Rerank { get; } = new(
        "rerank",
        Compatible,
        "Put documents in order",
        "Scores each document against a query and lists them, the best first. The shape that Jina, Cohere and vLLM share.")
    {
        Request = RerankParameters.Table,
        RequestExample = "{\"model\":\"default\",\"query\":\"What keeps me warm?\",\"documents\":[\"a red wool scarf\",\"a straw hat\"],\"top_n\":1}",
        Errors = GenerationErrors,
    };

    public static OperationText Tokenize { get; } = new(
        "tokenize",
        Compatible,
        "Turn a text into tokens",
        "The tokens of a text, or of a conversation as the model's chat template writes it. The shape of vLLM.")
    {
        Request = TokenizeParameters.Tokenize,
        RequestExample = "{\"prompt\":\"a red wool scarf\",\"return_token_strs\":true}",
        Errors = [400, 404, 413, 415, 500, 503],
    };

    public static OperationText Detokenize { get; } = new(
        "detokenize",
        Compatible,
        "Turn tokens into text",
        "The text of token ids. The shape of vLLM.")
    {
        Request = TokenizeParameters.Detokenize,
        RequestExample = "{\"tokens\":[1,2,3]}",
        Errors = [400, 404, 413, 415, 500, 503],
    };

    public static OperationText Adapters { get; } = new("listAdapters", Management, "List the adapters", "The adapters that requests may name as their model, and whether they are loaded.")
    {
        Errors = [500],
    };

    public static OperationText LoadAdapter { get; } = new(
        "loadAdapter",
        Management,
        "Load an adapter",
        "Loads a folder that PEFT saved beside a model, under a name that requests may give as their model at once. Off unless the server was started with a folder of loadable adapters. The form of vLLM.")
    {
        Request = AdapterParameters.Load,
        RequestExample = "{\"lora_name\":\"polite\",\"lora_path\":\"polite\"}",
        Errors = [400, 403, 404, 409, 413, 415, 500, 503],
    };

    public static OperationText UnloadAdapter { get; } = new(
        "unloadAdapter",
        Management,
        "Unload an adapter",
        "Lets no new request use an adapter and frees it when the last one that does has ended. Off unless the server was started with a folder of loadable adapters. The form of vLLM.")
    {
        Request = AdapterParameters.Unload,
        RequestExample = "{\"lora_name\":\"polite\"}",
        Errors = [400, 403, 404, 413, 415, 500],
    };

    public static OperationText Socket { get; } = new(
        "chatSocket",
        Native,
        "Chat over a WebSocket",
        "A WebSocket. Send SocketChatMessage objects; each is answered by SocketEvent objects: start, deltas, done, or error. Send {\"type\":\"stop\"} to end an answer early.")
    {
        Errors = [403, 421, 426],
    };

    public static OperationText Models { get; } = new("listModels", Compatible, "List the models", "The aliases that requests may name, the default first.")
    {
        Errors = [500],
    };

    public static OperationText Model { get; } = new("getModel", Compatible, "Show one model", "One alias by its name.")
    {
        Parameters = [new("model", IsInPath: true, """{"type":"string"}""", "The alias.")],
        Errors = [404],
    };

    public static OperationText Live { get; } = new("health", Management, "Is the process alive", "Answers as long as the process does.");

    public static OperationText Ready { get; } = new("healthReady", Management, "Can the default model answer", "200 when it can; 503 while it loads, has failed to load, or the server is stopping.");

    public static OperationText Traces { get; } = new("listTraces", Management, "List requests", "Newest first. Conditions that are given must all hold.")
    {
        Parameters =
        [
            new("model", IsInPath: false, """{"type":"string"}""", "Only requests for this alias."),
            new("status", IsInPath: false, """{"type":"string","enum":["ok","error","cancelled"]}""", "Only requests that ended so."),
            new("since", IsInPath: false, """{"type":"string","format":"date-time"}""", "Only requests that arrived at this time or later."),
            new("text", IsInPath: false, """{"type":"string"}""", "Only requests whose id, messages, error or user hold this text."),
            new("before", IsInPath: false, """{"type":"string"}""", "Continues a list: the value of next."),
            new("limit", IsInPath: false, """{"type":"integer","minimum":1,"maximum":1000,"default":50}""", "The most to list."),
        ],
        Errors = [400, 500],
    };

    public static OperationText Trace { get; } = new("getTrace", Management, "Show one request", "A request with its spans, and its messages where they are kept.")
    {
        Parameters = [new("id", IsInPath: true, """{"type":"string"}""", "The request's id, as the x-request-id header carried it.")],
        Errors = [404, 500],
    };

    public static OperationText Aliases { get; } = new("listAliases", Management, "Show aliases and their models", "The aliases in force, what they refer to, and whether it is loaded.")
    {
        Errors = [500],
    };
}
