using Gyre.Server.Http;
using Gyre.Server.OpenApi;
using Gyre.Server.Ratings;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>Every route of the server, one line each.</summary>
internal static class EndpointMap
{
    public static void MapGyre(this WebApplication app)
    {
        var services = app.Services;
        var chat = services.GetRequiredService<ChatCompletionsEndpoint>();
        var completions = services.GetRequiredService<CompletionsEndpoint>();
        var responses = services.GetRequiredService<ResponsesEndpoint>();
        var stored = services.GetRequiredService<StoredResponsesEndpoint>();
        var messages = services.GetRequiredService<MessagesEndpoint>();
        var embeddings = services.GetRequiredService<EmbeddingsEndpoint>();
        var rerank = services.GetRequiredService<RerankEndpoint>();
        var tokenize = services.GetRequiredService<TokenizeEndpoint>();
        var generate = services.GetRequiredService<GenerateEndpoint>();
        var socket = services.GetRequiredService<ChatSocketEndpoint>();
        var traces = services.GetRequiredService<TracesEndpoint>();
        var datasets = services.GetRequiredService<DatasetsEndpoint>();
        var experiments = services.GetRequiredService<ExperimentsEndpoint>();
        var management = services.GetRequiredService<ManagementModelsEndpoint>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var adapters = services.GetRequiredService<AdaptersEndpoint>();
        var ratings = services.GetRequiredService<RatingCampaignsEndpoint>();
        var turns = services.GetRequiredService<RatingTurnsEndpoint>();
        var files = services.GetRequiredService<FilesEndpoint>();
        var tuning = services.GetRequiredService<FineTuningEndpoint>();
        var health = services.GetRequiredService<HealthEndpoints>();

        Map<ChatCompletion>(app, HttpMethods.Post, "/v1/chat/completions", chat.HandleAsync, OperationTexts.Chat).WithMetadata(new TracedOperation("chat"));
        Map<Completion>(app, HttpMethods.Post, "/v1/completions", completions.HandleAsync, OperationTexts.Completion).WithMetadata(new TracedOperation("text_completion"));
        Map<ResponseAnswer>(app, HttpMethods.Post, "/v1/responses", responses.HandleAsync, OperationTexts.Responses).WithMetadata(new TracedOperation("chat"));
        Map<ResponseAnswer>(app, HttpMethods.Get, "/v1/responses/{id}", stored.GetAsync, OperationTexts.Response);
        Map<ResponseDeletion>(app, HttpMethods.Delete, "/v1/responses/{id}", stored.DeleteAsync, OperationTexts.DeleteResponse);
        Map<ResponseItemList>(app, HttpMethods.Get, "/v1/responses/{id}/input_items", stored.ListInputAsync, OperationTexts.ResponseInput);
        Map<ResponseAnswer>(app, HttpMethods.Post, "/v1/responses/{id}/cancel", stored.CancelAsync, OperationTexts.CancelResponse);
        Map<MessageAnswer>(app, HttpMethods.Post, "/v1/messages", messages.HandleAsync, OperationTexts.Messages).WithMetadata(new TracedOperation("chat"), new ErrorFormOf(ErrorForm.Messages));
        Map<TokenCount>(app, HttpMethods.Post, "/v1/messages/count_tokens", messages.CountAsync, OperationTexts.CountTokens).WithMetadata(new ErrorFormOf(ErrorForm.Messages));
        Map<EmbeddingAnswer>(app, HttpMethods.Post, "/v1/embeddings", embeddings.HandleAsync, OperationTexts.Embeddings).WithMetadata(new TracedOperation("embeddings"));
        Map<RerankAnswer>(app, HttpMethods.Post, "/v1/rerank", rerank.HandleAsync, OperationTexts.Rerank).WithMetadata(new TracedOperation("rerank"));
        Map<TokenizeAnswer>(app, HttpMethods.Post, "/tokenize", tokenize.TokenizeAsync, OperationTexts.Tokenize);
        Map<DetokenizeAnswer>(app, HttpMethods.Post, "/detokenize", tokenize.DetokenizeAsync, OperationTexts.Detokenize);
        Map<ModelList>(app, HttpMethods.Get, "/v1/models", models.ListAsync, OperationTexts.Models);
        Map<ModelCard>(app, HttpMethods.Get, "/v1/models/{**model}", models.GetAsync, OperationTexts.Model);
        Map<AdapterList>(app, HttpMethods.Get, "/v1/lora_adapters", adapters.ListAsync, OperationTexts.Adapters);
        Map<AdapterCard>(app, HttpMethods.Post, "/v1/load_lora_adapter", adapters.LoadAsync, OperationTexts.LoadAdapter);
        Map<AdapterCard>(app, HttpMethods.Post, "/v1/unload_lora_adapter", adapters.UnloadAsync, OperationTexts.UnloadAdapter);
        Map<FileCard>(app, HttpMethods.Post, "/v1/files", files.UploadAsync, FineTuningTexts.Upload);
        Map<FileList>(app, HttpMethods.Get, "/v1/files", files.ListAsync, FineTuningTexts.Files);
        Map<FileCard>(app, HttpMethods.Get, "/v1/files/{id}", files.GetAsync, FineTuningTexts.File);
        Map<FileDeletion>(app, HttpMethods.Delete, "/v1/files/{id}", files.DeleteAsync, FineTuningTexts.DeleteFile);
        Map<string>(app, HttpMethods.Get, "/v1/files/{id}/content", files.ContentAsync, FineTuningTexts.Content, contentType: "application/octet-stream");
        Map<FineTuningJobView>(app, HttpMethods.Post, "/v1/fine_tuning/jobs", tuning.CreateAsync, FineTuningTexts.Create);
        Map<FineTuningJobList>(app, HttpMethods.Get, "/v1/fine_tuning/jobs", tuning.ListAsync, FineTuningTexts.Jobs);
        Map<FineTuningJobView>(app, HttpMethods.Get, "/v1/fine_tuning/jobs/{id}", tuning.GetAsync, FineTuningTexts.Job);
        Map<FineTuningJobView>(app, HttpMethods.Post, "/v1/fine_tuning/jobs/{id}/cancel", tuning.CancelAsync, FineTuningTexts.Cancel);
        Map<FineTuningJobView>(app, HttpMethods.Post, "/v1/fine_tuning/jobs/{id}/pause", tuning.PauseAsync, FineTuningTexts.Pause);
        Map<FineTuningJobView>(app, HttpMethods.Post, "/v1/fine_tuning/jobs/{id}/resume", tuning.ResumeAsync, FineTuningTexts.Resume);
        Map<FineTuningEventList>(app, HttpMethods.Get, "/v1/fine_tuning/jobs/{id}/events", tuning.EventsAsync, FineTuningTexts.Events);
        Map<FineTuningCheckpointList>(app, HttpMethods.Get, "/v1/fine_tuning/jobs/{id}/checkpoints", tuning.CheckpointsAsync, FineTuningTexts.Checkpoints);
        Map<GenerateAnswer>(app, HttpMethods.Post, "/generate", generate.HandleAsync, OperationTexts.Generate).WithMetadata(new TracedOperation("generate_content"));
        Map<SocketEvent>(app, HttpMethods.Get, "/ws/chat", socket.HandleAsync, OperationTexts.Socket, StatusCodes.Status101SwitchingProtocols);
        Map<TraceList>(app, HttpMethods.Get, "/api/traces", traces.ListAsync, OperationTexts.Traces);
        Map<TraceView>(app, HttpMethods.Get, "/api/traces/{id}", traces.GetAsync, OperationTexts.Trace);
        Map<DatasetList>(app, HttpMethods.Get, "/api/datasets", datasets.ListAsync, DatasetTexts.List);
        Map<DatasetVersionList>(app, HttpMethods.Get, "/api/datasets/{name}/versions", datasets.VersionsAsync, DatasetTexts.Versions);
        Map<DatasetUpload>(app, HttpMethods.Post, "/api/datasets/{name}/versions", datasets.UploadAsync, DatasetTexts.Upload);
        Map<DatasetVersionView>(app, HttpMethods.Get, "/api/datasets/{name}/versions/{version}", datasets.GetAsync, DatasetTexts.Show);
        Map<DatasetRowList>(app, HttpMethods.Get, "/api/datasets/{name}/versions/{version}/rows", datasets.RowsAsync, DatasetTexts.Rows);
        Map<ExperimentList>(app, HttpMethods.Get, "/api/experiments", experiments.ListAsync, ExperimentTexts.List);
        Map<ExperimentComparisonView>(app, HttpMethods.Get, "/api/experiments/compare", experiments.CompareAsync, ExperimentTexts.Compare);
        Map<ExperimentDetail>(app, HttpMethods.Get, "/api/experiments/{id}", experiments.GetAsync, ExperimentTexts.Show);
        Map<ExperimentRemoval>(app, HttpMethods.Delete, "/api/experiments/{id}", experiments.ForgetAsync, ExperimentTexts.Forget);
        Map<ExampleList>(app, HttpMethods.Get, "/api/experiments/{id}/examples", experiments.ExamplesAsync, ExperimentTexts.Examples);
        Map<ExampleView>(app, HttpMethods.Get, "/api/experiments/{id}/examples/{number}", experiments.ExampleAsync, ExperimentTexts.Example);
        Map<BenchmarkMatrixView>(app, HttpMethods.Get, "/api/benchmarks", experiments.BenchmarksAsync, ExperimentTexts.Benchmarks);
        Map<AliasList>(app, HttpMethods.Get, "/api/models", management.ListAsync, OperationTexts.Aliases);
        Map<RatingCampaignList>(app, HttpMethods.Get, "/api/ratings", ratings.ListAsync, RatingTexts.List);
        Map<RatingCampaignView>(app, HttpMethods.Post, "/api/ratings", ratings.CreateAsync, RatingTexts.Create);
        Map<RatingCampaignView>(app, HttpMethods.Get, "/api/ratings/{name}", ratings.GetAsync, RatingTexts.Show);
        Map<RatingCampaignView>(app, HttpMethods.Post, "/api/ratings/{name}/close", ratings.CloseAsync, RatingTexts.Close);
        Map<RatingTurnView>(app, HttpMethods.Post, "/api/ratings/{name}/next", turns.NextAsync, RatingTexts.Next);
        Map<RatingTurnView>(app, HttpMethods.Post, "/api/ratings/{name}/rate", turns.RateAsync, RatingTexts.Rate);
        Map<RatingTurnView>(app, HttpMethods.Post, "/api/ratings/{name}/skip", turns.SkipAsync, RatingTexts.Skip);
        Map<RatingTurnView>(app, HttpMethods.Post, "/api/ratings/{name}/undo", turns.UndoAsync, RatingTexts.Undo);
        Map<RatingTurnView>(app, HttpMethods.Post, "/api/ratings/{name}/draft", turns.DraftAsync, RatingTexts.Draft);
        Map<RatingOwnList>(app, HttpMethods.Get, "/api/ratings/{name}/own", turns.OwnAsync, RatingTexts.Own);
        Map<RatingReport>(app, HttpMethods.Get, "/api/ratings/{name}/results", ratings.ResultsAsync, RatingTexts.Results);
        Map<string>(app, HttpMethods.Get, "/api/ratings/{name}/export", ratings.ExportAsync, RatingTexts.Export, contentType: "application/x-ndjson");
        Map<Health>(app, HttpMethods.Get, "/health", health.LiveAsync, OperationTexts.Live);
        Map<Health>(app, HttpMethods.Get, "/health/ready", health.ReadyAsync, OperationTexts.Ready)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status503ServiceUnavailable, typeof(Health), ["application/json"]));
        app.MapOpenApi("/openapi/{documentName}.json").ExcludeFromDescription();
    }

    /// <summary>Handlers take the context itself: no parameter binding is compiled at start.</summary>
    private static IEndpointConventionBuilder Map<TAnswer>(
        WebApplication app,
        string method,
        string pattern,
        RequestDelegate handler,
        OperationText text,
        int status = StatusCodes.Status200OK,
        string contentType = "application/json") =>
        app.MapMethods(pattern, [method], handler).WithMetadata(
            handler.Method,
            text,
            new ProducesResponseTypeMetadata(status, typeof(TAnswer), [contentType]));
}
