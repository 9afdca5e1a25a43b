namespace Gyre.Server.Parameters;

/// <summary>Every table with its route, in the order of the documentation.</summary>
internal static class ParameterTables
{
    public static IReadOnlyList<(string Route, ParameterTable Table)> All { get; } =
    [
        ("POST /v1/chat/completions", ChatParameters.Table),
        ("POST /v1/completions", CompletionParameters.Table),
        ("POST /v1/responses", ResponseParameters.Table),
        ("POST /v1/messages", MessagesParameters.Table),
        ("POST /v1/messages/count_tokens", MessagesParameters.CountTable),
        ("POST /v1/embeddings", EmbeddingParameters.Table),
        ("POST /v1/rerank", RerankParameters.Table),
        ("POST /tokenize", TokenizeParameters.Tokenize),
        ("POST /detokenize", TokenizeParameters.Detokenize),
        ("POST /v1/load_lora_adapter", AdapterParameters.Load),
        ("POST /v1/unload_lora_adapter", AdapterParameters.Unload),
        ("POST /v1/files", FileParameters.Table),
        ("POST /v1/fine_tuning/jobs", FineTuningParameters.Table),
        ("POST /generate", GenerateParameters.Table),
        ("/ws/chat, message `chat`", SocketParameters.Table),
    ];
}
